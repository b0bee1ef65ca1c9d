"""Notifications about finished clips, only in the ways the user chose."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comforts.composing import AT_A_DESK, generate, wait_for_script

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms; the sandbox draws a real clip, and the machine may be slow.
UNDER_WAY = "#feed > li.card:not([data-status=finished], [data-status=failed], [data-status=cancelled])"
# Record what the system would show and play; the test decides whether the tab has focus.
WITNESS = """
window.rung = 0;
window.shown = [];
window.asked = 0;
window.isLooking = localStorage.getItem("looks") !== "no";
window.AudioContext = class extends AudioContext { constructor() { super(); window.rung += 1; } };
window.Notification = class {
  static permission = localStorage.getItem("allowed") ?? "default";
  static async requestPermission() {
    window.asked += 1;
    this.permission = localStorage.getItem("answer") ?? "granted";
    localStorage.setItem("allowed", this.permission);
  }
  constructor(title, { body }) { window.shown.push(`${title}: ${body}`); }
};
Document.prototype.hasFocus = () => window.isLooking;
"""


@pytest.fixture
def witnessed(studio: Page) -> Page:
    """The studio in a browser that records notifications and sounds.

    No clip of another test is in progress.
    """
    expect(studio.locator(UNDER_WAY)).to_have_count(0, timeout=CLIP)
    studio.context.add_init_script(WITNESS)
    studio.reload()
    wait_for_script(studio)
    return studio


def _look_away(page: Page) -> None:
    """Make this tab, and tabs opened later, report no focus."""
    page.evaluate("() => localStorage.setItem('looks', 'no')")
    page.evaluate("() => { window.isLooking = false; window.dispatchEvent(new Event('blur')); }")


def _look(page: Page) -> None:
    page.evaluate("() => localStorage.removeItem('looks')")
    page.evaluate("() => { window.isLooking = true; window.dispatchEvent(new Event('focus')); }")


def _prefer(page: Page, **ways: bool) -> None:
    page.goto("/preferences/")
    for name, is_wanted in ways.items():
        # Permission is requested when the box is turned on, not if it was on already.
        page.locator(f"[name=tells_{name}]").set_checked(not is_wanted)
        page.locator(f"[name=tells_{name}]").set_checked(is_wanted)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("saved")


def _shown_in(tabs: tuple[Page, ...]) -> list[str]:
    return [each for tab in tabs for each in tab.evaluate("() => window.shown")]


def _return_to_the_studio(page: Page) -> None:
    page.goto("/")
    wait_for_script(page)


def test_turning_it_on_asks_permission_and_shows_a_denial(witnessed: Page) -> None:
    witnessed.goto("/preferences/")
    assert witnessed.evaluate("() => window.asked") == 0
    witnessed.evaluate("() => localStorage.setItem('answer', 'denied')")
    witnessed.locator("[name=tells_by_notification]").click()
    expect(witnessed.locator("[data-permission=denied]")).to_be_visible()
    expect(witnessed.locator("[name=tells_by_notification]")).not_to_be_checked()
    assert witnessed.evaluate("() => window.asked") == 1


def test_the_sound_has_a_preview(witnessed: Page) -> None:
    witnessed.goto("/preferences/")
    witnessed.get_by_role("button", name="Play sample").click()
    assert witnessed.evaluate("() => window.rung") == 1


@AT_A_DESK
def test_of_two_tabs_one_plays_the_sound_and_both_count(witnessed: Page) -> None:
    _prefer(witnessed, in_title=True, with_sound=True, by_notification=True)
    _return_to_the_studio(witnessed)
    _look_away(witnessed)
    generate(witnessed, "A bell rings twice [slow]")
    other = witnessed.context.new_page()
    other.goto("/")
    tabs = (witnessed, other)
    for tab in tabs:
        expect(tab).to_have_title(re.compile(r"^\(\d+\) Studio"), timeout=CLIP)
    # The title counts at once; the tabs agree on which of them does the rest.
    for _ in range(300):
        if shown := _shown_in(tabs):
            break
        witnessed.wait_for_timeout(100)
    assert shown == ["Your clip is finished: A bell rings twice [slow]"]
    assert sum(tab.evaluate("() => window.rung") for tab in tabs) == 1
    _look(witnessed)
    expect(witnessed).to_have_title(re.compile("^Studio"))
    other.close()


@AT_A_DESK
def test_disabled_notifications_stay_silent(witnessed: Page) -> None:
    _prefer(witnessed, in_title=False, with_sound=False, by_notification=False)
    _return_to_the_studio(witnessed)
    _look_away(witnessed)
    generate(witnessed, "A quiet pond")
    card = witnessed.locator("#feed > li.card").first
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)
    expect(witnessed).to_have_title(re.compile("^Studio"))
    assert witnessed.evaluate("() => [window.rung, window.shown.length]") == [0, 0]
