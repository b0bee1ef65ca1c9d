"""A large gallery: finding, scrolling, selecting, deleting and undoing."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import sign_in
from tests.browser.person import Person
from tests.browser.product import PASSWORD, Product

pytestmark = pytest.mark.browser

CLIPS = 130
# Copies of one real clip, because making this many would take an hour.
COPIES = f"""
from datetime import timedelta
from uuid import uuid4
from generations.models import Generation
[made] = Generation.objects.filter(prompt="A heron in the reeds")[:1]
plain = [each.name for each in Generation._meta.concrete_fields if each.name not in ("id", "cost")]
copies = [Generation(**{{name: getattr(made, name) for name in plain}}) for _ in range({CLIPS})]
for number, copy in enumerate(copies):
    copy.submission, copy.job_id, copy.prompt = uuid4(), str(uuid4()), f"Copy {{number:03d}} of a heron"
Generation.objects.bulk_create(copies)
for number, copy in enumerate(copies):
    copy.created_at = made.created_at - timedelta(hours=number + 1)
Generation.objects.bulk_update(copies, ["created_at"])
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A separate product: this many clips would disturb other tests."""
    running = Product(tmp_path_factory.mktemp("gallery"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def many_clips(product: Product) -> None:
    person = Person(product)
    person.wait_for(person.generate("A heron in the reeds"), "finished")
    product.manage("shell", "-c", COPIES)


@pytest.fixture(params=[1440, 390])
def gallery(page: Page, many_clips: None, request: pytest.FixtureRequest) -> Page:
    page.set_viewport_size({"width": request.param, "height": 844})
    sign_in(page, "/gallery/?q=copy")
    return page


def _cards(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#feed > li.card")


def _tick(page: Page, index: int, **options: object) -> None:
    _cards(page).nth(index).locator(".card-select input").click(**options)  # type: ignore[arg-type]


def test_scrolling_loads_every_clip_once(gallery: Page) -> None:
    while gallery.locator("#feed-more").count():
        gallery.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        gallery.wait_for_timeout(100)
    names = _cards(gallery).locator(".card-prompt a").all_inner_texts()
    assert names == [f"Copy {number:03d} of a heron" for number in range(CLIPS)]


def test_going_back_returns_to_the_same_position(gallery: Page) -> None:
    _cards(gallery).nth(47).scroll_into_view_if_needed()
    expect(_cards(gallery).nth(60)).to_be_attached()
    _cards(gallery).nth(60).scroll_into_view_if_needed()
    expect(gallery).to_have_url(re.compile(r"/gallery/\?q=copy$"))
    name = _cards(gallery).nth(60).locator(".card-prompt a").inner_text()
    _cards(gallery).nth(60).locator(".card-prompt a").click()
    gallery.wait_for_url("**/generations/**")
    gallery.go_back()
    expect(gallery.get_by_role("link", name=name).first).to_be_in_viewport()
    expect(gallery).to_have_url(re.compile(r"/gallery/\?q=copy$"))


def test_the_back_button_undoes_a_filter(gallery: Page) -> None:
    gallery.locator("[name=q]").fill("copy 00")
    expect(gallery.locator("#total")).to_have_text(re.compile("10 clips"))
    gallery.locator("[name=sort]").select_option("oldest")
    expect(_cards(gallery).first).to_contain_text("Copy 009")
    expect(gallery).to_have_url(re.compile(r"\?q=copy\+00&sort=oldest$"))
    held: list[Route] = []
    gallery.route(re.compile(r"\?q=copy\+00$"), lambda route: held.append(route))
    with gallery.expect_request(re.compile(r"\?q=copy\+00$")):
        gallery.evaluate("history.back()")
    expect(gallery.locator("#gallery[aria-busy=true] > .feed")).to_have_css("opacity", "0.4")
    held[0].continue_()
    expect(_cards(gallery).first).to_contain_text("Copy 000")
    expect(gallery.locator("#gallery[aria-busy]")).to_have_count(0)
    expect(gallery).to_have_url(re.compile(r"\?q=copy\+00$"))


def test_a_favourite_clicked_from_the_search_field_stays(gallery: Page) -> None:
    gallery.locator("[name=q]").fill("copy 01")
    expect(gallery.locator("#total")).to_have_text(re.compile("10 clips"))
    asked: list[str] = []
    gallery.on("request", lambda request: asked.append(request.url))
    heart = _cards(gallery).nth(3).get_by_role("button", name="Favourite")
    before = heart.get_attribute("aria-pressed")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    assert [url for url in asked if "/gallery/?" in url] == []


@pytest.mark.parametrize("pressed", ["Delete", "Download"])
def test_signing_in_again_restores_the_filter(signed_in: Page, many_clips: None, pressed: str) -> None:
    page = signed_in
    page.goto("/gallery/?q=copy+00&sort=oldest")
    page.get_by_role("button", name="Select", exact=True).click()
    _tick(page, 0)
    page.context.clear_cookies(name="sessionid")
    page.locator("#bulk").get_by_role("button", name=pressed, exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/gallery/\?q=copy\+00&sort=oldest$"))
    expect(_cards(page).first).to_contain_text("Copy 009")


def test_neighbours_follow_the_filter(gallery: Page) -> None:
    gallery.goto("/gallery/?q=copy&sort=oldest")
    _cards(gallery).nth(1).locator(".card-prompt a").click()
    # Loaded, so that the page listens to keys.
    gallery.wait_for_url("**/generations/**")
    gallery.keyboard.press("ArrowRight")
    expect(gallery.locator(".detail-prompt")).to_have_text(f"Copy {CLIPS - 3:03d} of a heron")


def test_a_range_is_selected_with_shift_deleted_and_restored(gallery: Page) -> None:
    gallery.get_by_role("button", name="Select", exact=True).click()
    _tick(gallery, 0)
    _tick(gallery, 4, modifiers=["Shift"])
    expect(gallery.locator("[data-selected]")).to_have_text("5 selected")
    gallery.get_by_role("button", name="Delete", exact=True).click()
    expect(_cards(gallery).first).to_contain_text("Copy 005")
    expect(gallery.locator("#total")).to_have_text(re.compile(f"{CLIPS - 5} clips"))
    gallery.get_by_role("button", name="Undo").click()
    expect(_cards(gallery).first).to_contain_text("Copy 000")


def test_selecting_works_with_the_keyboard_only(gallery: Page) -> None:
    _cards(gallery).first.locator("a").first.focus()
    gallery.keyboard.press("x")
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("Shift+X")
    expect(gallery.locator("[data-selected]")).to_have_text("3 selected")
    gallery.keyboard.press("a")
    expect(gallery.locator("[data-selected]")).to_have_text(re.compile(r"\d{2,3} selected"))
    gallery.keyboard.press("Escape")
    expect(gallery.locator("#bulk")).to_be_hidden()


def test_all_matching_clips_are_added_to_a_collection_and_removed(gallery: Page) -> None:
    gallery.get_by_role("button", name="Select", exact=True).click()
    gallery.get_by_label(re.compile(f"All {CLIPS}")).check()
    expect(gallery.locator("[data-selected]")).to_have_text(f"{CLIPS} selected")
    gallery.get_by_role("button", name="Add to collection").click()
    gallery.get_by_label("New collection").fill("Herons")
    gallery.keyboard.press("Enter")
    expect(gallery.locator("#messages")).to_contain_text(re.compile(f"{CLIPS} clips.*Herons"))
    gallery.goto("/collections/")
    gallery.get_by_role("link", name=re.compile(f"Herons.*{CLIPS} clips", re.S)).click()
    expect(gallery.locator("#total")).to_have_text(re.compile(f"{CLIPS} clips"))


def test_ticking_one_clip_cancels_select_all(gallery: Page) -> None:
    gallery.get_by_role("button", name="Select", exact=True).click()
    everything = gallery.get_by_label(re.compile(f"All {CLIPS}"))
    everything.check()
    _cards(gallery).nth(1).locator("a").first.click()
    expect(everything).not_to_be_checked()
    expect(gallery.locator("[data-selected]")).to_have_text("1 selected")


@pytest.mark.parametrize("at", ["/", "/gallery/?q=copy"])
def test_a_cards_menu_deletes_it_and_undo_restores_it(gallery: Page, at: str) -> None:
    gallery.goto(at)
    card = gallery.locator(f"#{_cards(gallery).nth(1).get_attribute('id')}")
    card.get_by_role("button", name="More actions for this clip").click()
    gallery.locator("#card-menu").get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)
    gallery.get_by_role("button", name="Undo").click()
    gallery.goto(at)
    expect(card).to_have_count(1)


def test_one_menu_serves_every_card_and_returns_the_focus(gallery: Page) -> None:
    buttons = [_cards(gallery).nth(at).get_by_role("button", name="More actions") for at in (0, 1)]
    menu = gallery.locator("#card-menu:popover-open")
    for at, button in enumerate(buttons):
        button.focus()
        gallery.keyboard.press("Enter")
        expect(menu.locator("[data-copy-text]")).to_have_attribute(
            "data-copy-text", f"Copy 00{at} of a heron"
        )
    gallery.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Reuse settings")).to_be_focused()
    gallery.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(buttons[1]).to_be_focused()


def test_an_open_menu_stays_at_its_card_when_that_is_replaced(gallery: Page) -> None:
    button = _cards(gallery).nth(1).get_by_role("button", name="More actions")
    button.focus()
    gallery.keyboard.press("Enter")
    item = gallery.locator("#card-menu:popover-open").get_by_role("link", name="Reuse settings")
    expect(item).to_be_visible()
    before = item.bounding_box()
    gallery.evaluate(
        """id => {
            const card = document.getElementById(id), next = card.cloneNode(true);
            next.querySelector("[data-menu]").removeAttribute("data-anchor");
            card.replaceWith(next);
            next.dispatchEvent(new CustomEvent("htmx:oobAfterSwap", { bubbles: true, detail: {} }));
        }""",
        _cards(gallery).nth(1).get_attribute("id"),
    )
    assert item.bounding_box() == before
    gallery.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_what_a_clip_is_made_of_fits_its_line(gallery: Page) -> None:
    line = _cards(gallery).first.locator(".traits")
    expect(line.get_by_role("img")).to_be_visible()
    assert line.evaluate("each => each.scrollHeight <= each.clientHeight + 2")


def test_a_favourite_is_set_in_place(gallery: Page) -> None:
    heart = _cards(gallery).nth(2).get_by_role("button", name="Favourite")
    before = heart.get_attribute("aria-pressed")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    expect(heart).to_be_focused()


def test_ten_are_downloaded_as_one_zip(gallery: Page, tmp_path: Path) -> None:
    gallery.goto("/gallery/?q=copy+00")
    gallery.get_by_role("button", name="Select", exact=True).click()
    gallery.get_by_role("button", name="Select all").click()
    with gallery.expect_download() as download:
        gallery.locator("#bulk").get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "clips.zip")
    with zipfile.ZipFile(tmp_path / "clips.zip") as opened:
        assert opened.testzip() is None
        assert len([name for name in opened.namelist() if name.endswith(".mp4")]) == 10


@pytest.mark.parametrize("path", ["/gallery/?q=copy&status=finished&tag=x", "/trash/", "/collections/"])
def test_nothing_overflows_sideways(signed_in: Page, many_clips: None, path: str) -> None:
    signed_in.goto(path)
    for width in (360, 390, 900, 1440):
        signed_in.set_viewport_size({"width": width, "height": 800})
        assert signed_in.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_works_without_script(browser: Browser, product: Product, many_clips: None) -> None:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "/gallery/?q=copy")
    page.get_by_role("link", name="More clips").click()
    page.get_by_role("link", name="Newer clips").click()
    first = _cards(page).first.locator(".card-prompt a").inner_text()
    _cards(page).first.locator(".card-select input").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("1 clip")
    page.get_by_role("button", name="Undo").click()
    expect(_cards(page).first).to_contain_text(first)
    context.close()


def test_the_size_of_cards_is_kept_without_moving_anything(gallery: Page) -> None:
    width = "document.querySelector('#feed > .card').getBoundingClientRect().width"
    before = gallery.evaluate(width)
    gallery.get_by_role("slider", name="Card size").press("Home")
    smallest = gallery.evaluate(width)
    assert smallest < before
    gallery.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries()"
        ".forEach(({ value }) => (window.shift += value))).observe({ type: 'layout-shift', buffered: true });"
    )
    gallery.reload()
    expect(gallery.get_by_role("slider", name="Card size")).to_have_value("1")
    assert gallery.evaluate(width) == smallest
    assert gallery.evaluate("window.shift") == 0


def test_space_plays_a_card_and_arrows_go_to_its_neighbours(gallery: Page) -> None:
    look, cards = gallery.locator("#look"), _cards(gallery)
    cards.nth(1).locator(".card-prompt a").focus()
    gallery.keyboard.press("Space")
    expect(look.locator("video")).to_have_js_property("muted", value=True)
    expect(look.locator("video")).to_have_js_property("paused", value=False)
    gallery.keyboard.press("Escape")
    expect(look).not_to_be_visible()
    expect(cards.nth(1).locator(".card-prompt a")).to_be_focused()
    gallery.keyboard.press("Space")
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("a")
    expect(look).to_contain_text("Copy 002")
    gallery.keyboard.press("Space")
    expect(cards.nth(2).locator("[data-preview]")).to_be_focused()
    expect(gallery.locator(".card-select :checked")).to_have_count(0)
