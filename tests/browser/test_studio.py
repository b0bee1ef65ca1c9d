"""The studio as a place: as high as the window, its controls in reach, its states seen in every colour scheme."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import Product, StillProduct
from tests.browser.settings_row import open_setting, set_duration
from tests.media.samples import picture

pytestmark = pytest.mark.browser

# A screenful of clips in every state, so that the feed scrolls.
MAKE = """
import json
from uuid import uuid4
from generations.models import Generation
from tests.browser.world import make_world
world = json.loads(make_world())
made = Generation.objects.filter(status="finished").first()
plain = [each.name for each in Generation._meta.concrete_fields if each.name not in ("id", "cost")]
for number in range(24):
    copy = Generation(**{name: getattr(made, name) for name in plain})
    copy.submission, copy.job_id, copy.prompt = uuid4(), str(uuid4()), f"Copy {number}"
    copy.save()
print(json.dumps(world))
"""
FULL_TRAY = "&".join(f"reference_image_urls=https://example.org/{number}.png" for number in range(9))
DESKS = [(1920, 1080), (1440, 900), (1366, 768), (900, 700)]
HEIGHTS = "() => [document.documentElement.scrollHeight, window.innerHeight]"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = StillProduct(tmp_path_factory.mktemp("studio"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def world(product: Product) -> dict[str, str]:
    return json.loads(product.manage("shell", "-v0", "-c", MAKE).splitlines()[-1])


@pytest.fixture
def studio(page: Page, world: dict[str, str]) -> Page:
    sign_in(page)
    expect(page.locator("output[for=id_prompt]")).not_to_be_empty()
    return page


@pytest.mark.parametrize("address", ["/", f"/?{FULL_TRAY}"])
def test_the_studio_is_exactly_as_high_as_the_window(studio: Page, address: str) -> None:
    for width, height in DESKS:
        studio.set_viewport_size({"width": width, "height": height})
        studio.goto(address)
        expect(studio.locator("#feed > li.card")).to_have_count(24)
        assert studio.evaluate(HEIGHTS) == [height, height], width


def test_the_end_key_leaves_the_composer_in_place(studio: Page) -> None:
    studio.locator("h1").click()
    studio.keyboard.press("End")
    expect(studio.locator("#generate")).to_be_in_viewport()
    assert studio.evaluate("() => window.scrollY") == 0


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_everything_that_is_paid_for_is_in_sight(studio: Page, size: tuple[int, int]) -> None:
    studio.set_viewport_size({"width": size[0], "height": size[1]})
    studio.goto("/")
    controls = ["#id_prompt", ".slot-empty >> nth=0", "label:has([data-files]) >> nth=0", "#generate"]
    chips = [
        f"[data-setting={name}]" for name in ("aspect_ratio", "resolution", "duration", "options", "seed")
    ]
    for each in [*controls, *chips]:
        expect(studio.locator(each)).to_be_in_viewport(ratio=1)


def test_a_chip_says_what_is_chosen(studio: Page) -> None:
    set_duration(studio, "11")
    expect(studio.locator("[data-shows=duration]")).to_have_text(re.compile("11"))
    open_setting(studio, "aspect_ratio")
    studio.locator("label", has=studio.locator("[name=aspect_ratio][value='9:16']")).click()
    expect(studio.locator("[data-shows=aspect_ratio]")).to_have_text("9:16")
    expect(studio.locator(".setting[open]")).to_have_count(1)
    studio.keyboard.press("Escape")
    expect(studio.locator(".setting[open]")).to_have_count(0)
    expect(studio.locator("[data-setting=aspect_ratio] > summary")).to_be_focused()


def test_a_refused_press_leads_to_the_first_wrong_field(studio: Page) -> None:
    studio.set_viewport_size({"width": 1280, "height": 600})
    studio.locator("#id_prompt").fill("")
    studio.locator("#generate").click()
    expect(studio.locator("#id_prompt")).to_be_focused()
    expect(studio.locator("#id_prompt")).to_be_in_viewport()
    expect(studio.locator("#id_prompt")).to_have_attribute("aria-invalid", "true")
    expect(studio.locator("[data-problem=prompt]")).to_be_in_viewport()
    studio.locator("#id_prompt").fill("A fox")
    expect(studio.locator("#id_prompt")).not_to_have_attribute("aria-invalid", "true")


def test_a_wrong_setting_is_opened_and_focused(studio: Page) -> None:
    studio.locator("#id_prompt").fill("A fox")
    set_duration(studio, "99")
    studio.locator("h1").click()
    studio.keyboard.press("Control+Enter")
    expect(studio.locator("#id_duration")).to_be_focused()
    expect(studio.locator("[data-problem=duration]")).to_be_visible()


def test_the_shortcut_generates_with_the_focus_on_nothing(studio: Page) -> None:
    studio.locator("#id_prompt").fill("A fox on its way")
    studio.locator("h1").click()
    studio.keyboard.press("Control+Enter")
    expect(studio.locator("#feed > li.card", has_text="A fox on its way")).to_have_count(1)


def test_generate_is_a_few_tabs_from_sign_in(page: Page, world: dict[str, str]) -> None:
    """Of twelve at most: one from the name to the password, the rest in the studio."""
    page.goto("/accounts/login/")
    expect(page.locator("[name=login]")).to_be_focused()
    sign_in(page)
    expect(page.locator("output[for=id_prompt]")).not_to_be_empty()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_prompt")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == "generate":
            return
    raise AssertionError("Generate is more than ten Tabs from the prompt")


def test_the_keyboard_shortcuts_are_a_dialog(studio: Page) -> None:
    studio.locator("h1").click()
    studio.keyboard.press("?")
    expect(studio.locator("dialog#keys")).to_be_visible()
    assert studio.evaluate("() => document.getElementById('keys').contains(document.activeElement)")
    studio.keyboard.press("Escape")
    expect(studio.locator("dialog#keys")).to_be_hidden()


def test_the_focus_stays_in_the_tray(studio: Page) -> None:
    studio.goto("/?start_image=https://example.org/1.png&end_image=https://example.org/2.png")
    swap = studio.locator("#tray [value=swap]")
    swap.focus()
    with studio.expect_response("**/tray/"):
        studio.keyboard.press("Enter")
    # A tile that is replaced between focus and key would never hear the key.
    moving = studio.locator(".htmx-request, .htmx-swapping, .htmx-settling")
    expect(moving).to_have_count(0)
    expect(swap).to_be_focused()
    for name in ("start_image", "end_image"):
        face = studio.locator(f"[data-slot={name}] .tile-face")
        face.focus()
        with studio.expect_response("**/tray/"):
            face.press("Delete")
        expect(moving).to_have_count(0)
        expect(face).to_have_count(0)
    expect(studio.locator("#tray .slot-empty").first).to_be_focused()


def test_out_of_reach_is_said_at_the_button_and_goes_by_itself(studio: Page) -> None:
    # A tab without a watched console: the browser itself logs the error.
    tab = studio.context.new_page()
    tab.goto("/")
    expect(tab.locator("output[for=id_prompt]")).not_to_be_empty()
    for address in ("**/generations/", "**/healthz"):
        tab.route(address, lambda route: route.abort())
    tab.locator("#id_prompt").fill("A fox")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("[data-failure]")).to_be_visible()
    expect(tab.locator("[data-failure-foot]")).to_be_visible()
    tab.unroute("**/healthz")
    expect(tab.locator("[data-failure]")).to_be_hidden()
    expect(tab.locator("[data-failure-foot]")).to_be_hidden()
    expect(tab.locator("#id_prompt")).to_have_value("A fox")


def test_a_clip_of_one_tab_comes_into_the_feed_of_the_other(studio: Page) -> None:
    other = studio.context.new_page()
    other.goto("/")
    expect(other.locator("output[for=id_prompt]")).not_to_be_empty()
    studio.locator("#id_prompt").fill("A fox of the first tab")
    studio.keyboard.press("Control+Enter")
    expect(other.locator("#feed > li.card", has_text="A fox of the first tab")).to_have_count(1)


def test_each_tab_has_a_draft(studio: Page) -> None:
    other = studio.context.new_page()
    other.goto("/")
    studio.locator("#id_prompt").fill("The first tab")
    other.locator("#id_prompt").fill("The second tab")
    studio.reload()
    expect(studio.locator("#id_prompt")).to_have_value("The first tab")


def test_no_price_is_shown_until_it_is_that_of_the_draft(studio: Page) -> None:
    studio.locator("#id_prompt").fill("A fox")
    set_duration(studio, "5")
    # No price is on its way any more.
    expect(studio.locator("#generate")).to_contain_text("10")
    asked = []
    studio.route("**/quote/", lambda route: asked.append(route))
    with studio.expect_request("**/quote/"):
        studio.reload()
    price = studio.locator("#generate span")
    expect(price).to_be_hidden()
    asked[0].continue_()
    expect(price).to_be_visible()
    expect(price).to_contain_text("10")


BORDERS = """selector => {
  const { outlineStyle, outlineColor, borderTopWidth } = getComputedStyle(document.querySelector(selector));
  return [outlineStyle, outlineColor, borderTopWidth];
}"""


def test_chosen_states_are_seen_in_forced_colours(studio: Page) -> None:
    studio.emulate_media(forced_colors="active")
    for setting, chosen, other in (
        ("aspect_ratio", ".shape:has(:checked)", ".shape:not(:has(:checked))"),
        (
            "resolution",
            ".segment:has([name=resolution]:checked)",
            ".segment:has([name=resolution]:not(:checked))",
        ),
    ):
        open_setting(studio, setting)
        assert studio.evaluate(BORDERS, chosen)[0] == "solid"
        assert studio.evaluate(BORDERS, other)[0] == "none"
    assert studio.evaluate(BORDERS, ".rail-link[aria-current]")[0] == "solid"
    studio.locator("summary", has_text="Looks").click()
    assert studio.evaluate(BORDERS, ".aid[open] > .aid-name")[0] == "solid"
    open_setting(studio, "options")
    assert studio.evaluate(BORDERS, ".switch-track")[2] != "0px"
    on, off = ":checked + .switch-track", "input:not(:checked) + .switch-track"
    back = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
    assert studio.evaluate(back, on) != studio.evaluate(back, off)


def test_what_is_selected_is_seen_in_forced_colours(studio: Page) -> None:
    studio.goto("/gallery/")
    back = "each => getComputedStyle(each).backgroundColor"
    tick = studio.locator(".card-select input").first
    tick.check(force=True)
    accent = tick.evaluate(back)
    tick.uncheck(force=True)
    studio.emulate_media(forced_colors="active")
    studio.goto("/library/")
    assert studio.evaluate(BORDERS, ".library-bar .segment[aria-pressed]")[0] == "solid"
    assert studio.evaluate(BORDERS, ".library-bar .segment:not([aria-pressed])")[0] == "none"
    studio.goto("/gallery/")
    empty = tick.evaluate(back)
    tick.check(force=True)
    assert tick.evaluate(back) not in (empty, accent)


# Scrolls until the top of an element is where the price stays, at the foot of a phone.
UNDER_THE_PRICE = """each => {
  const { top } = document.querySelector("#generate").getBoundingClientRect();
  scrollBy(0, each.getBoundingClientRect().top - top);
}"""
IS_ON_TOP = """each => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return each.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def test_on_a_phone_the_price_covers_what_scrolls_under_it(studio: Page) -> None:
    studio.set_viewport_size({"width": 390, "height": 844})
    studio.goto(f"/?{FULL_TRAY}")
    settings, price = studio.locator(".settings"), studio.locator("#generate")
    expect(studio.locator("#tray .tiles .tile")).to_have_count(9)
    settings.evaluate(UNDER_THE_PRICE)
    assert settings.bounding_box()["y"] == pytest.approx(price.bounding_box()["y"], abs=2)  # type: ignore[index]
    assert price.evaluate(IS_ON_TOP)
    # A panel that is open is over both.
    settings.evaluate("each => scrollBy(0, 200)")
    open_setting(studio, "resolution")
    assert studio.locator(".setting[open] .setting-panel").evaluate(IS_ON_TOP)


def test_at_double_zoom_no_bar_sticks(studio: Page) -> None:
    studio.set_viewport_size({"width": 720, "height": 450})
    studio.locator("#feed > li.card").last.scroll_into_view_if_needed()
    for bar in (".topbar", ".composer-foot", ".rail"):
        expect(studio.locator(bar)).not_to_be_in_viewport(ratio=1)


def test_a_phone_shows_two_cards_in_a_row(studio: Page) -> None:
    studio.set_viewport_size({"width": 390, "height": 844})
    lefts = (
        "() => new Set([...document.querySelectorAll('#feed > .card')].map((card) => card.offsetLeft)).size"
    )
    assert studio.evaluate(lefts) == 2
    assert studio.evaluate("() => document.documentElement.scrollWidth") == 390


def test_notes_are_one_line_and_fixed_at_once(studio: Page) -> None:
    picture = "https://example.org/1.png"
    studio.goto(f"/?start_image={picture}&reference_image_urls={picture}&reference_audio_urls={picture}")
    studio.locator("#id_prompt").fill("A fox")
    notes = studio.locator("#quote [data-advice]")
    expect(notes).to_have_count(2)
    expect(notes.first).to_be_hidden()
    studio.locator("[data-fix-all]").click()
    expect(notes).to_have_count(0)


@pytest.mark.parametrize("width", [1920, 390])
def test_the_page_of_a_clip_leads_back_and_says_its_prompt(
    studio: Page, world: dict[str, str], width: int
) -> None:
    studio.set_viewport_size({"width": width, "height": 900})
    studio.goto("/gallery/?q=Copy")
    studio.locator("#feed .card-prompt a").last.click()
    expect(studio.locator("h1")).to_contain_text("Copy 0")
    assert studio.evaluate("() => document.documentElement.scrollWidth") == width
    studio.locator("[data-back]").click()
    expect(studio).to_have_url(re.compile(r"/gallery/\?q=Copy"))


def test_a_clip_that_cannot_be_played_is_offered_as_a_file(studio: Page, world: dict[str, str]) -> None:
    studio.route("**/video.mp4", lambda route: route.fulfill(content_type="video/mp4", body="no video"))
    studio.goto(world["finished"])
    expect(studio.locator("[data-unplayable]")).to_contain_text("This browser can’t play this clip.")
    expect(studio.locator("[data-unplayable] a[href$=download]")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "name"), [(b"ftypqt  moov hvc1", "HEVC"), (b"ftypqt  moov apch", "ProRes")]
)
def test_what_a_browser_cannot_play_is_named(
    studio: Page, world: dict[str, str], content: bytes, name: str
) -> None:
    for path in ("**/video.mp4", "**/file"):
        studio.route(path, lambda route: route.fulfill(content_type="video/mp4", body=content))
    studio.route("**/thumbnail", lambda route: route.fulfill(content_type="image/png", body=picture()))
    studio.goto(world["finished"])
    expect(studio.locator("[data-unplayable]")).to_contain_text(
        f"This browser can’t play this clip ({name})."
    )
    for kind in ("video", "audio"):
        studio.goto(world[kind])
        expect(studio.locator("[data-unplayable]")).to_contain_text(f"can’t play this file ({name}).")
        expect(studio.locator("[data-unplayable] a[href$=download]")).to_be_visible()


def test_a_look_goes_into_the_prompt_and_out_again(studio: Page) -> None:
    field, looks = studio.locator("#id_prompt"), studio.locator("[data-phrases]")
    look = {name: looks.get_by_role("button", name=name) for name in ("Move in", "Pan left", "Anime")}
    field.fill("A fox in the snow")
    looks.locator("summary").press("Enter")
    look["Move in"].press("Enter")
    expect(field).to_have_value("A fox in the snow, slow dolly in")
    expect(look["Move in"]).to_have_attribute("aria-pressed", "true")
    look["Anime"].click()
    # One camera move at a time.
    look["Pan left"].click()
    expect(field).to_have_value("A fox in the snow, anime style, camera pans left")
    expect(look["Move in"]).to_have_attribute("aria-pressed", "false")
    look["Anime"].press("ArrowRight")
    expect(looks.get_by_role("button", name="Watercolour")).to_be_focused()
    # Words that are typed or deleted by hand count as well.
    field.fill("A fox. Anime style.")
    expect(look["Anime"]).to_have_attribute("aria-pressed", "true")
    expect(look["Pan left"]).to_have_attribute("aria-pressed", "false")
    look["Anime"].click()
    expect(field).to_have_value("A fox.")
    look["Anime"].press("Escape")
    expect(looks.locator("summary")).to_be_focused()
    expect(look["Anime"]).to_be_hidden()
