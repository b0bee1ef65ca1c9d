"""Generate, pressed while prices are still on their way."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.comforts.composing import AT_A_DESK, write

pytestmark = [pytest.mark.browser, AT_A_DESK]

TELL = "name => document.body.dispatchEvent(new Event(name))"


def test_a_press_is_not_displaced_by_a_price(studio: Page) -> None:
    """Prices that wait for an answer, or to be asked for, are given up; the press is sent."""
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


def test_a_refused_press_leaves_no_place_for_a_clip(studio: Page) -> None:
    write(studio, "A heron waits")
    studio.locator("#id_duration").fill("99")
    with studio.expect_response("**/generations/"):
        studio.locator("#id_prompt").press("Control+Enter")
    expect(studio.locator("#error-duration")).not_to_be_empty()
    expect(studio.locator(".coming")).to_have_count(0)


def test_what_is_written_while_a_press_is_sent_is_priced_after_it(studio: Page) -> None:
    presses: list[Route] = []
    write(studio, "A heron lands")
    studio.route("**/generations/", lambda route: presses.append(route))
    with studio.expect_request("**/generations/"):
        studio.locator("#id_prompt").press("Control+Enter")
    studio.locator("#id_duration").fill("5")
    with studio.expect_request("**/quote/"):
        presses[0].continue_()
    expect(studio.locator("#quote")).to_contain_text("5 s ×")
