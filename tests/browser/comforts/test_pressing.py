"""Pressing Generate while quotes are still in flight."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.comforts.composing import AT_A_DESK, write
from tests.browser.settings_row import set_duration

pytestmark = [pytest.mark.browser, AT_A_DESK]

TELL = "name => document.body.dispatchEvent(new Event(name))"


def test_a_pending_quote_does_not_replace_a_submit(studio: Page) -> None:
    """Pending and queued quotes are cancelled; the submit is sent."""
    prices: list[Route] = []
    cards = studio.locator("#feed > li.card").count()
    studio.route("**/quote/", lambda route: prices.append(route))
    with studio.expect_request("**/quote/"):
        write(studio, "A heron lifts off")
    studio.evaluate(TELL, "tray-changed")
    studio.locator("#id_prompt").press("Control+Enter")
    studio.evaluate(TELL, "generation-ended")
    expect(studio.locator("#feed > li.card")).to_have_count(cards + 1)
    assert prices


def test_a_refused_submit_leaves_no_placeholder(studio: Page) -> None:
    write(studio, "A heron waits")
    set_duration(studio, "99")
    with studio.expect_response("**/generations/"):
        studio.locator("#id_prompt").press("Control+Enter")
    expect(studio.locator("#error-duration")).not_to_be_empty()
    expect(studio.locator(".coming")).to_have_count(0)


def test_typing_during_a_submit_is_quoted_afterwards(studio: Page) -> None:
    presses: list[Route] = []
    write(studio, "A heron lands")
    studio.route("**/generations/", lambda route: presses.append(route))
    with studio.expect_request("**/generations/"):
        studio.locator("#id_prompt").press("Control+Enter")
    set_duration(studio, "5")
    with studio.expect_request("**/quote/"):
        presses[0].continue_()
    expect(studio.locator("#quote")).to_contain_text("5 s ×")
