"""Copying a prompt to the clipboard, from a card and from a clip's page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.person import Person
from tests.browser.product import Product

pytestmark = pytest.mark.browser

# Longer than a card shows, and with characters that are special in HTML.
PROMPT = 'A ferry & its wake, "slow"\n' + "and slower " * 60


@pytest.fixture(scope="module")
def clip(product: Product) -> str:
    person = Person(product)
    made = person.generate(PROMPT)
    person.wait_for(made, "finished")
    return made


@pytest.fixture
def reader(signed_in: Page, clip: str) -> Page:
    """A user whose clipboard the test can read."""
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return signed_in


def _clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()")).strip().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_cards_menu_copies_the_whole_prompt_and_confirms_it(reader: Page, clip: str, width: int) -> None:
    reader.set_viewport_size({"width": width, "height": 844})
    reader.goto("/gallery/?q=ferry")
    reader.locator(f"#card-{clip}").get_by_role("button", name="More actions for this clip").click()
    reader.get_by_role("button", name="Copy prompt").click()
    expect(reader.locator("[data-copied]")).to_have_text("Copied")
    assert _clipboard(reader) == PROMPT.strip()
    expect(reader.locator(".more:popover-open")).to_have_count(0)


def test_a_clips_page_copies_it_too(reader: Page, clip: str) -> None:
    reader.goto(f"/generations/{clip}/")
    button = reader.locator(".detail-side").get_by_role("button", name="Copy prompt")
    button.click()
    expect(reader.locator("[data-copied]")).to_have_text("Copied")
    assert _clipboard(reader) == PROMPT.strip()
    expect(button).to_be_visible()


@pytest.fixture
def plain(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_script_the_clips_page_has_the_menu_without_copying(plain: Page, clip: str) -> None:
    sign_in(plain)
    plain.goto("/gallery/?q=ferry")
    card = plain.locator(f"#card-{clip}")
    expect(card.get_by_role("button", name="More actions for this clip")).to_be_hidden()
    card.locator(".card-prompt a").click()
    plain.get_by_role("button", name="More actions for this clip").click()
    expect(plain.get_by_text("Use a frame")).to_be_visible()
    for button in plain.get_by_text("Copy prompt").all():
        expect(button).to_be_hidden()
