"""Sign in, generate, gallery, clip page and download without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import Product
from tests.browser.settings_row import set_duration

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_clip_is_created_and_found_without_script(plain: Page) -> None:
    sign_in(plain)
    plain.locator("#id_prompt").fill("A quiet harbour without script")
    plain.get_by_role("button", name=re.compile("^Generate")).click()
    card = plain.locator("#feed > li.card", has_text="A quiet harbour without script").first
    for _ in range(60):
        if card.get_attribute("data-status") == "finished":
            break
        plain.wait_for_timeout(1000)
        plain.reload()
    expect(card).to_have_attribute("data-status", "finished")
    with plain.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert re.search(r"-a-quiet-harbour-without-script-\w+\.mp4$", download.value.suggested_filename)


def test_a_preset_is_saved_and_applied_without_script(plain: Page) -> None:
    sign_in(plain)
    plain.locator("#id_prompt").fill("A quiet harbour")
    set_duration(plain, "5")
    plain.locator("summary", has_text="Presets").click()
    plain.locator("#preset-name").fill("Short and plain")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.locator("#id_prompt")).to_have_value("A quiet harbour")
    set_duration(plain, "12")
    plain.get_by_role("button", name="Short and plain").first.click()
    expect(plain.locator("#id_prompt")).to_have_value("A quiet harbour")
    expect(plain.locator("#id_duration")).to_have_value("5")
    expect(plain.locator("#quote")).to_have_attribute("data-credits", re.compile(r"^\d+$"))


def test_the_guide_and_recent_prompts_are_pages_without_script(plain: Page) -> None:
    sign_in(plain)
    plain.get_by_role("link", name="Guide", exact=True).click()
    plain.locator("[data-example]", has_text="Lighthouse").click()
    expect(plain.locator("#id_prompt")).to_have_value(re.compile("^A keeper in a yellow coat"))
    plain.locator("[data-prompts] > summary").click()
    plain.get_by_role("link", name="All recent prompts").click()
    expect(plain).to_have_url(re.compile("/prompts/$"))
