"""The main flow in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.settings_row import choose, set_duration

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms; the sandbox draws a real clip, and the machine may be slow.


def _generate(page: Page, prompt: str) -> str:
    """Press Generate and return the id of the new card."""
    cards = page.locator("#feed > li.card").count()
    page.locator("#id_prompt").fill(prompt)
    page.get_by_role("button", name=re.compile("^Generate")).click()
    expect(page.locator("#feed > li.card")).to_have_count(cards + 1)
    return page.locator("#feed > li.card").first.get_attribute("id") or ""


def _wait_until(page: Page, is_true: Callable[[], bool]) -> None:
    """Wait for a condition. Playwright's own wait needs eval, which our CSP forbids."""
    for _ in range(300):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It never came true.")


def _set_duration(page: Page, seconds: int) -> None:
    set_duration(page, str(seconds))


def test_the_whole_journey(page: Page) -> None:
    sign_in(page)
    button = page.get_by_role("button", name=re.compile("^Generate"))
    before = int(page.locator("#balance strong").inner_text())

    page.locator("#id_prompt").fill("A lighthouse in a storm at dusk")
    choose(page, "resolution", "480p")
    expect(button).to_contain_text("8 credits")
    _set_duration(page, 15)
    expect(button).to_contain_text("15 credits")
    choose(page, "resolution", "720p")
    expect(button).to_contain_text("30 credits")
    _set_duration(page, 8)
    expect(button).to_contain_text("16 credits")
    expect(page.locator("#quote")).to_have_attribute("data-rate", "2")
    expect(page.locator("#quote")).to_have_attribute("data-after", str(before - 16))

    card = page.locator(f"#{_generate(page, 'A lighthouse in a storm at dusk')}")
    expect(page.locator("#balance")).to_contain_text(str(before - 16))
    expect(card).to_have_attribute("data-status", "running", timeout=CLIP)
    expect(card).to_contain_text(re.compile(r"\d+ %"))
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)

    card.get_by_role("link", name="A lighthouse in a storm at dusk").click()
    video = page.locator("#detail video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    _wait_until(page, lambda: video.evaluate("video => video.currentTime") > 0.3)
    assert video.evaluate("video => video.videoWidth") == 1280
    # bar 44
    video.evaluate("video => { video.currentTime = 6; }")
    _wait_until(page, lambda: video.evaluate("video => video.seeking ? 0 : video.currentTime") >= 6)

    page.goto("/gallery/")
    expect(page.get_by_role("link", name="A lighthouse in a storm at dusk").first).to_be_visible()
    address = page.url
    page.goto("/credits/")
    expect(page.get_by_text("−16").first).to_be_visible()
    deep_link = page.locator("a[href*='/generations/']").first.get_attribute("href") or ""

    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    for gone in (address, deep_link, f"{deep_link}video.mp4"):
        page.goto(gone)
        expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_failed_clip_returns_its_credits(signed_in: Page) -> None:
    page = signed_in
    balance = page.locator("#balance strong").inner_text()
    card = page.locator(f"#{_generate(page, 'Cherry blossom over a quiet canal [fail]')}")
    expect(card).to_have_attribute("data-status", "failed", timeout=CLIP)
    expect(card).to_contain_text("0 credits charged")
    expect(page.locator("#balance strong")).to_have_text(balance)
    expect(page.locator("#quote")).to_have_attribute("data-after", str(int(balance) - 16))


def test_bad_input_shows_an_error_at_its_field_and_keeps_the_form(signed_in: Page) -> None:
    page = signed_in
    page.locator("#id_prompt").fill("A hare at dawn")
    set_duration(page, "16")
    expect(page.locator("#error-duration")).to_contain_text("15")
    page.locator("#generate").click()
    expect(page.locator("#error-duration")).to_contain_text("15")
    expect(page.locator("#id_prompt")).to_have_value("A hare at dawn")


def test_the_draft_survives_a_reload(signed_in: Page) -> None:
    page = signed_in
    page.locator("#id_prompt").fill("A heron in the reeds")
    page.reload()
    expect(page.locator("#id_prompt")).to_have_value("A heron in the reeds")


def test_the_draft_survives_an_expired_session(signed_in: Page) -> None:
    page = signed_in
    page.context.clear_cookies(name="sessionid")
    # The price that is asked for then leads to the sign-in page.
    page.locator("#id_prompt").fill("A heron in the reeds")
    page.wait_for_url("**/accounts/login/**")
    sign_in(page)
    expect(page.locator("#id_prompt")).to_have_value("A heron in the reeds")


def test_an_idle_page_sends_no_requests(signed_in: Page) -> None:
    page = signed_in
    page.goto("/gallery/?status=finished")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # Two polling intervals, to prove that no poll runs.
    page.wait_for_timeout(4500)
    assert [url for url in asked if "/updates/" in url] == []


@pytest.mark.parametrize("width", [360, 390, 900, 1440])
@pytest.mark.parametrize("path", ["/", "/gallery/", "/credits/"])
def test_nothing_overflows_sideways(signed_in: Page, width: int, path: str) -> None:
    signed_in.set_viewport_size({"width": width, "height": 800})
    signed_in.goto(path)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= width
