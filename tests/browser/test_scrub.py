"""Scrubbing on cards and in the library, also by touch and keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.person import Person
from tests.browser.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clip(product: Product) -> str:
    person = Person(product)
    made = person.generate("A kingfisher dives")
    person.wait_for(made, "finished")
    return made


@pytest.fixture(params=[1440, 390])
def stage(page: Page, clip: str, request: pytest.FixtureRequest) -> Locator:
    page.set_viewport_size({"width": request.param, "height": 844})
    sign_in(page, "/gallery/?q=kingfisher")
    return _stage_of(page, clip)


def _stage_of(page: Page, clip: str) -> Locator:
    stage = page.locator(f"#card-{clip} .stage")
    stage.scroll_into_view_if_needed()
    return stage


def _point(stage: Locator, across: float, down: float) -> None:
    box = stage.bounding_box()
    assert box
    stage.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def _scrub(stage: Locator, across: float, down: float) -> None:
    """Move along the edge until the sprite sheet, fetched on hover, is loaded."""
    for step in range(100):
        _point(stage, across + step % 2 / 1000, down)
        if stage.locator("[data-scrubbing]").count():
            return
        stage.page.wait_for_timeout(50)


def _frame(stage: Locator) -> str:
    return str(stage.locator("[data-scrub]").evaluate("strip => strip.style.getPropertyValue('--frame')"))


@pytest.mark.parametrize(("across", "frame"), [(0.01, "0"), (0.45, "3"), (0.99, "7")])
def test_the_lower_edge_of_a_card_shows_the_frame_under_the_pointer(
    stage: Locator, across: float, frame: str
) -> None:
    _scrub(stage, across, 0.9)
    assert _frame(stage) == frame
    expect(stage.locator("[data-scrub] img")).to_have_css("opacity", "1")


def test_the_frame_covers_the_poster_exactly(stage: Locator) -> None:
    _scrub(stage, 0.5, 0.9)
    strip, poster = stage.locator("[data-scrub] img").bounding_box(), stage.bounding_box()
    assert strip == pytest.approx(poster, abs=1)


def test_above_the_edge_the_clip_plays_and_no_frame_is_shown(stage: Locator) -> None:
    _point(stage, 0.5, 0.3)
    expect(stage.locator("video")).to_be_attached()
    expect(stage.locator("[data-scrubbing]")).to_have_count(0)


def test_the_clip_continues_from_the_chosen_moment(stage: Locator) -> None:
    _point(stage, 0.9, 0.3)
    video = stage.locator("video")
    for _ in range(100):
        if video.evaluate("video => video.currentTime") > 0:
            break
        stage.page.wait_for_timeout(50)
    _scrub(stage, 0.75, 0.9)
    _point(stage, 0.75, 0.3)
    assert video.evaluate("video => video.currentTime") >= 3


def test_leaving_the_card_stops_both(stage: Locator) -> None:
    _scrub(stage, 0.5, 0.9)
    stage.page.mouse.move(0, 0)
    expect(stage.locator("[data-scrubbing]")).to_have_count(0)
    expect(stage.locator("video")).to_have_count(0)


def test_keyboard_focus_plays_the_clip(stage: Locator) -> None:
    stage.focus()
    expect(stage.locator("video")).to_be_attached()
    expect(stage.locator("[data-scrubbing]")).to_have_count(0)


@pytest.fixture
def calm(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_with_reduced_motion_nothing_plays_by_itself(calm: Page, clip: str) -> None:
    sign_in(calm, "/gallery/?q=kingfisher")
    stage = _stage_of(calm, clip)
    _scrub(stage, 0.99, 0.9)
    assert _frame(stage) == "7"
    assert not stage.locator("video").count()


def test_a_library_video_shows_its_frames_too(signed_in: Page, clip: str) -> None:
    signed_in.goto(f"/generations/{clip}/")
    signed_in.get_by_role("button", name="Whole clip").click()
    signed_in.goto("/library/")
    face = signed_in.locator(".asset-face").first
    _scrub(face, 0.99, 0.3)
    assert _frame(face) == "7"
    expect(face.locator("[data-scrub] img")).to_have_css("opacity", "1")
