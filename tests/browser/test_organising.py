"""Tags and collections on the page of a running clip, which is polled meanwhile."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.person import Person
from tests.browser.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def clip(signed_in: Page, product: Product) -> str:
    """The clip whose page is open."""
    made = Person(product).generate("A slow tide [slow]")
    signed_in.goto(f"/generations/{made}/")
    return made


def _wait_for_poll(page: Page) -> None:
    """Wait until a poll's response has replaced the fragment."""
    page.locator("#detail").evaluate("detail => detail.dataset.before = ''")
    expect(page.locator("#detail:not([data-before])")).to_be_visible()
    expect(page.locator("#detail")).to_have_attribute("data-status", "running")


def _tags(page: Page) -> Locator:
    return page.get_by_label("Add tags")


def test_a_poll_keeps_what_is_being_typed(signed_in: Page, clip: str) -> None:
    _tags(signed_in).fill("sea, ti")
    signed_in.get_by_label("Add to collection").fill("Trips")
    _tags(signed_in).focus()
    _wait_for_poll(signed_in)
    expect(_tags(signed_in)).to_have_value("sea, ti")
    expect(signed_in.get_by_label("Add to collection")).to_have_value("Trips")
    expect(_tags(signed_in)).to_be_focused()


def test_an_added_tag_is_shown_and_the_field_cleared(signed_in: Page, clip: str) -> None:
    _wait_for_poll(signed_in)
    _tags(signed_in).fill("sea")
    _tags(signed_in).press("Enter")
    expect(signed_in.get_by_role("link", name="#sea")).to_be_visible()
    expect(_tags(signed_in)).to_have_value("")
    _wait_for_poll(signed_in)
    expect(signed_in.get_by_role("link", name="#sea")).to_be_visible()
    expect(_tags(signed_in)).to_have_value("")


def test_a_stale_poll_does_not_undo_a_change(signed_in: Page, clip: str) -> None:
    """The poll is cancelled in favour of the new tags."""
    held: list[Route] = []
    signed_in.route(f"**/generations/{clip}/", lambda route: held.append(route), times=1)
    with signed_in.expect_request(f"**/generations/{clip}/"):
        _tags(signed_in).fill("sea")
    with signed_in.expect_event("requestfailed", lambda request: request.url.endswith(f"/{clip}/")):
        _tags(signed_in).press("Enter")
    expect(signed_in.get_by_role("link", name="#sea")).to_be_visible()
    expect(_tags(signed_in)).to_have_value("")
    _wait_for_poll(signed_in)
    expect(_tags(signed_in)).to_have_value("")
