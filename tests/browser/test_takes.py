"""Four takes and keeping one, frames from the player, and keyboard-only use."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import PASSWORD, Product
from tests.browser.settings_row import choose, set_duration

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A separate product, because the tests check its balance."""
    running = Product(tmp_path_factory.mktemp("takes"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=[1440, 390])
def studio(signed_in: Page, request: pytest.FixtureRequest) -> Page:
    signed_in.set_viewport_size({"width": request.param, "height": 844})
    signed_in.evaluate("localStorage.clear()")
    signed_in.reload()
    return signed_in


def _cards(page: Page) -> Locator:
    return page.locator("#feed > li.card")


def _balance(page: Page) -> int:
    return int(page.locator("#balance strong").inner_text().replace(",", ""))


def _write(page: Page, prompt: str) -> None:
    """Write a prompt with settings that cost 4 credits per take."""
    page.locator("#id_prompt").fill(prompt)
    set_duration(page, "4")
    choose(page, "resolution", "480p")


def _open(page: Page, prompt: str) -> None:
    page.goto("/gallery/?status=finished")
    page.get_by_role("link", name=prompt).first.click()
    page.locator("#detail video").wait_for()


def test_four_takes_are_priced_created_and_one_is_kept(studio: Page) -> None:
    page, prompt = studio, f"Four lighthouses at {studio.viewport_size['width']}"
    before, cards = _balance(page), _cards(page).count()
    _write(page, prompt)
    for _ in range(3):
        page.get_by_role("button", name="One more take").click()
    expect(page.locator("#generate")).to_have_accessible_name("Generate 4 takes · 16 credits")
    expect(page.locator("#quote")).to_contain_text("4 × 4")
    expect(page.locator("#quote")).to_have_attribute("data-after", str(before - 16))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.locator("#generate").click()
    expect(_cards(page)).to_have_count(cards + 1)
    expect(page.locator("#balance strong")).to_have_text(f"{before - 16}")
    stack = _cards(page).first.locator("a.stack-button")
    expect(stack).to_contain_text("of 4 takes")
    expect(stack).to_have_text(re.compile(r"^\s*4 takes\s*$"), timeout=CLIP)
    expect(page.locator("#balance strong")).to_have_text(f"{before - 16}")

    stack.press("Enter")
    expect(_cards(page)).to_have_count(cards + 4)
    expect(_cards(page).first.locator("a.stack-button")).to_be_focused()
    third = _cards(page).nth(2)
    expect(third).to_contain_text("take 3 of 4")
    chosen = third.get_attribute("id")
    third.get_by_role("button", name="Choose").click()
    expect(_cards(page)).to_have_count(cards + 1)
    expect(_cards(page).first).to_have_id(str(chosen))
    expect(_cards(page).first.locator("a.stack-button")).to_be_focused()

    _open(page, prompt)
    expect(page.locator(".batch-takes [aria-current]")).to_have_text(re.compile("3"))
    expect(page.locator(".batch-takes a")).to_have_count(4)
    expect(page.locator(".batch-takes [aria-current]")).to_have_count(1)
    page.get_by_role("button", name="Keep only this take").click()
    expect(page.locator("#messages")).to_contain_text("3 clips")
    expect(page.locator(".batch")).to_have_count(0)
    beside = page.context.new_page()
    beside.goto("/gallery/?q=" + prompt)
    expect(_cards(beside)).to_have_count(1)
    expect(_cards(beside)).not_to_contain_text("of 4")
    beside.close()
    page.get_by_role("button", name="Undo").click()
    page.goto("/gallery/?q=" + prompt)
    expect(_cards(page)).to_have_count(1)
    expect(_cards(page)).to_contain_text("4 takes")


# The end of the line may be cut off: it is also on the clip's page.
_CUT_OFF = """() => [...document.querySelectorAll(".card .traits > span")]
  .filter((take) => take.getBoundingClientRect().right > take.parentElement.getBoundingClientRect().right)
  .map((take) => take.innerText)"""


@pytest.mark.parametrize("language", ["en", "de", "zh-hans"])
@pytest.mark.parametrize("width", [390, 900, 1440])
def test_the_number_of_a_take_fits_on_its_card(signed_in: Page, language: str, width: int) -> None:
    page = signed_in
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/gallery/?q=lighthouses")
    page.locator("a.stack-button").first.click()
    page.locator("[data-among]").first.wait_for()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(_cards(page).first.locator(".traits > span")).to_be_visible()
    assert page.evaluate(_CUT_OFF) == []


def test_variations_start_from_a_card(studio: Page) -> None:
    page = studio
    page.goto("/gallery/?status=finished")
    page.get_by_role("button", name="More actions for this clip").first.click()
    page.get_by_role("link", name="Make variations").first.click()
    expect(page.locator("#id_prompt")).to_have_value(re.compile("lighthouses"))
    expect(page.locator("#id_seed")).to_have_value("")
    expect(page.locator("#generate")).to_contain_text("Generate 4 takes")


@pytest.mark.parametrize(
    ("button", "lies"),
    [
        ("First frame", "[data-slot=start_image] .tile"),
        ("Last frame", "[data-slot=end_image] .tile"),
        ("Reference", "#tray .tiles [data-tile]"),
    ],
)
def test_the_frame_in_the_player_goes_to_the_composer(studio: Page, button: str, lies: str) -> None:
    page = studio
    _open(page, "lighthouses")
    page.locator("#detail video").evaluate("video => { video.currentTime = 2; }")
    expect(page.locator("[data-moment]")).to_have_value(re.compile(r"^2"))
    page.locator("#take").get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(re.compile(r"/(\?.*)?$"))
    expect(page.locator(lies)).to_have_count(1)
    picture = page.locator(f"{lies} img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_without_script_takes_are_a_number_field(browser: Browser, product: Product) -> None:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    _write(page, "Plain takes")
    page.locator("[name=takes]").fill("2")
    page.get_by_role("button", name="Update price").last.click()
    expect(page.locator("#generate")).to_contain_text("Generate 2 takes")
    page.locator("#generate").click()
    page.get_by_role("link", name="of 2 takes").click()
    expect(page.get_by_text("take 2 of 2")).to_have_count(1)
    context.close()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"No way leads to {selector} by Tab.")


def test_from_signing_in_to_a_playing_clip_without_a_mouse(page: Page) -> None:
    page.goto("/")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type("admin")
    _tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#composer").wait_for()
    page.evaluate("() => (localStorage.clear(), sessionStorage.clear())")
    page.reload()

    cards = _cards(page).count()
    _tab_to(page, "#id_prompt")
    page.keyboard.type("A neighbour")
    page.keyboard.press("Control+Enter")
    expect(_cards(page)).to_have_count(cards + 1)
    expect(page.locator("#id_prompt")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Keys alone")
    cards += 1
    _tab_to(page, "[data-setting=duration] > summary")
    page.keyboard.press("Enter")
    _tab_to(page, "#id_duration")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("4")
    _tab_to(page, "[name=takes]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#generate")).to_contain_text("Generate 2 takes")
    page.keyboard.press("Control+Enter")
    expect(_cards(page)).to_have_count(cards + 1)
    made = _cards(page).first
    _tab_to(page, "#feed > li.card:first-child .card-prompt a")
    expect(made.locator("a.stack-button")).to_have_text(re.compile(r"^\s*2 takes\s*$"), timeout=CLIP)
    # Its card was replaced again and again meanwhile.
    expect(made.locator(".card-prompt a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/generations/**")
    expect(page.locator("#detail .detail-prompt")).to_have_text("Keys alone")
    _drive(page)


def _drive(page: Page) -> None:
    """Press every key that the clip's page documents."""
    video = page.locator("#detail video")
    expect(video).to_have_js_property("paused", True)
    for key, paused in (("k", False), ("k", True), (" ", False), (" ", True)):
        page.keyboard.press(key)
        expect(video).to_have_js_property("paused", paused)
    page.keyboard.press("m")
    expect(video).to_have_js_property("muted", True)
    page.keyboard.press("f")
    expect(page.locator("video:fullscreen")).to_have_count(1)
    page.keyboard.press("f")
    expect(page.locator("video:fullscreen")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_text("Full screen", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Full screen", exact=True)).to_be_hidden()
    here = page.url
    expect(page.locator("a[data-key=ArrowRight]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(here)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(here)
