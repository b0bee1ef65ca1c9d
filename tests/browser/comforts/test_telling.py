"""Being told that a clip is done, in the ways that are wanted and in no other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comforts.composing import AT_A_DESK, generate, wait_for_script

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms; the sandbox takes some seconds and draws a real clip, on whatever machine this is.
UNDER_WAY = "#feed > li.card:not([data-status=finished], [data-status=failed], [data-status=cancelled])"
# What the system would show and play is written down; whether anybody looks is the test's to say.
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
    """The studio in a browser that writes down what it would show and play; no other test's clip is under way."""
    expect(studio.locator(UNDER_WAY)).to_have_count(0, timeout=CLIP)
    studio.context.add_init_script(WITNESS)
    studio.reload()
    wait_for_script(studio)
    return studio


def _look_away(page: Page) -> None:
    """From this tab, and from those that are opened next."""
    page.evaluate("() => localStorage.setItem('looks', 'no')")
    page.evaluate("() => { window.isLooking = false; window.dispatchEvent(new Event('blur')); }")


def _look(page: Page) -> None:
    page.evaluate("() => localStorage.removeItem('looks')")
    page.evaluate("() => { window.isLooking = true; window.dispatchEvent(new Event('focus')); }")


def _prefer(page: Page, **ways: bool) -> None:
    page.goto("/preferences/")
    for name, is_wanted in ways.items():
        # A browser is asked when it is turned on, not where it was on already.
        page.locator(f"[name=tells_{name}]").set_checked(not is_wanted)
        page.locator(f"[name=tells_{name}]").set_checked(is_wanted)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("saved")


def _shown_in(tabs: tuple[Page, ...]) -> list[str]:
    return [each for tab in tabs for each in tab.evaluate("() => window.shown")]


def _return_to_the_studio(page: Page) -> None:
    page.goto("/")
    wait_for_script(page)


def test_permission_is_asked_when_it_is_turned_on_and_a_no_is_told(witnessed: Page) -> None:
    witnessed.goto("/preferences/")
    assert witnessed.evaluate("() => window.asked") == 0
    witnessed.evaluate("() => localStorage.setItem('answer', 'denied')")
    witnessed.locator("[name=tells_by_notification]").click()
    expect(witnessed.locator("[data-permission=denied]")).to_be_visible()
    expect(witnessed.locator("[name=tells_by_notification]")).not_to_be_checked()
    assert witnessed.evaluate("() => window.asked") == 1


def test_the_sound_can_be_listened_to(witnessed: Page) -> None:
    witnessed.goto("/preferences/")
    witnessed.get_by_role("button", name="Listen to it").click()
    assert witnessed.evaluate("() => window.rung") == 1


@AT_A_DESK
def test_of_two_tabs_one_is_heard_and_both_count(witnessed: Page) -> None:
    _prefer(witnessed, in_title=True, with_sound=True, by_notification=True)
    _return_to_the_studio(witnessed)
    _look_away(witnessed)
    generate(witnessed, "A bell rings twice [slow]")
    other = witnessed.context.new_page()
    other.goto("/")
    tabs = (witnessed, other)
    for tab in tabs:
        expect(tab).to_have_title(re.compile(r"^\(\d+\) Studio"), timeout=CLIP)
    # A title counts at once; which of them tells the rest is settled among the tabs.
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
def test_what_is_turned_off_stays_silent(witnessed: Page) -> None:
    _prefer(witnessed, in_title=False, with_sound=False, by_notification=False)
    _return_to_the_studio(witnessed)
    _look_away(witnessed)
    generate(witnessed, "A quiet pond")
    card = witnessed.locator("#feed > li.card").first
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)
    expect(witnessed).to_have_title(re.compile("^Studio"))
    assert witnessed.evaluate("() => [window.rung, window.shown.length]") == [0, 0]
