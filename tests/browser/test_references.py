"""From files on the desktop to the request: drop, price, sort, submit.

The same again on a phone.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.dropping import drop
from tests.browser.product import Product
from tests.browser.settings_row import set_duration
from tests.media import samples

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms
FILE = 30_000  # ms; checking, cleaning and thumbnails, and the machine may be slow.

# Different sizes, so that no file is a duplicate.
PICTURES = [("dawn.png", samples.picture(size=(640, 360))), ("dusk.png", samples.picture(size=(360, 640)))]
VIDEO = ("run.mp4", samples.video(seconds=3, size=(960, 540)))

_PASTE = """(text) => {
  const carried = new DataTransfer();
  carried.setData("text", text);
  const paste = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: carried });
  document.body.dispatchEvent(paste);
}"""


def tiles(page: Page) -> Locator:
    return page.locator("#tray .tiles [data-tile]")


def labels(page: Page) -> list[str]:
    return page.locator("#tray .tiles .tile-face > .unseen").all_text_contents()


@pytest.fixture
def fresh(signed_in: Page) -> Page:
    """A composer without a draft from another test."""
    signed_in.evaluate("localStorage.clear()")
    signed_in.reload()
    return signed_in


def test_files_are_dropped_priced_sorted_and_sent(fresh: Page, product: Product) -> None:
    page = fresh
    button = page.locator("#generate")
    page.locator("#id_prompt").fill("[Image1] turns into [Image2] while [Video1] sets the pace")
    expect(page.locator("#token-notes [data-missing]").first).to_contain_text("[Image1]")
    drop(page, *PICTURES, VIDEO)
    expect(tiles(page)).to_have_count(3, timeout=FILE)
    assert labels(page) == ["dawn", "dusk", "run"]
    expect(page.locator("#quote")).to_have_attribute("data-rate", "4")
    expect(button).to_contain_text("32 credits")
    expect(page.locator("#token-notes p")).to_have_count(0)

    tiles(page).nth(1).drag_to(tiles(page).nth(0))
    expect(page.locator("#id_prompt")).to_have_value(
        "[Image2] turns into [Image1] while [Video1] sets the pace"
    )
    assert labels(page) == ["dusk", "dawn", "run"]

    set_duration(page, "4")
    expect(button).to_contain_text("16 credits")
    button.click()
    card = page.locator("#feed > li.card").first
    expect(card).to_contain_text("[Image2] turns into [Image1]")
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)

    sent = _record(product, "generate")[-1]["json"]["seedanceParams"]
    ids = _asset_ids(product)
    assert sent["reference_image_urls"] == [f"asset://{ids['dusk']}", f"asset://{ids['dawn']}"]
    assert sent["reference_video_urls"] == [f"asset://{ids['run']}"]

    card.get_by_role("link", name=re.compile("turns into")).click()
    page.locator("#detail").get_by_text("Frames and references").wait_for()
    expect(page.locator(".ref strong")).to_have_text(["[Image1]", "[Image2]", "[Video1]"])


def test_the_tray_survives_a_reload(fresh: Page) -> None:
    drop(fresh, PICTURES[0])
    expect(tiles(fresh)).to_have_count(1, timeout=FILE)
    fresh.evaluate(_PASTE, "https://pictures.example/second.png")
    expect(tiles(fresh)).to_have_count(2)
    fresh.reload()
    expect(tiles(fresh)).to_have_count(2)
    assert labels(fresh) == ["dawn", "second.png"]


def test_a_bad_file_is_named_and_the_others_are_kept(fresh: Page) -> None:
    drop(fresh, ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), PICTURES[1])
    expect(tiles(fresh)).to_have_count(1, timeout=FILE)
    expect(fresh.locator("[data-uploads]")).to_contain_text("drawing.svg")
    expect(fresh.locator("[data-uploads] [data-failed]")).to_contain_text("SVG")


def test_an_upload_is_cancelled_and_the_next_one_continues(fresh: Page) -> None:
    held: list[object] = []
    fresh.route("**/library/", lambda route: held.append(route))
    drop(fresh, PICTURES[0])
    fresh.locator(".upload").get_by_role("button", name="Cancel").click()
    expect(fresh.locator(".upload")).to_have_count(0)
    fresh.unroute("**/library/")
    drop(fresh, PICTURES[1])
    expect(tiles(fresh)).to_have_count(1, timeout=FILE)
    assert labels(fresh) == ["dusk"]


def test_the_frame_in_the_player_becomes_the_first_frame(fresh: Page) -> None:
    page = fresh
    page.locator("#id_prompt").fill("A slow tide")
    set_duration(page, "4")
    page.locator("#generate").click()
    card = page.locator("#feed > li.card").first
    expect(card).to_contain_text("A slow tide")
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)
    card.get_by_role("link", name="A slow tide").click()
    page.locator("#detail video").evaluate("video => { video.currentTime = 2.5; }")
    expect(page.locator("[data-moment]")).to_have_value("2.50", timeout=FILE)
    page.locator("#take").get_by_role("button", name="First frame").click()
    expect(page.locator("[data-slot=start_image] .tile-face")).to_contain_text("at 2.5 s")
    expect(page).to_have_url(re.compile(r"/$"))


def test_one_click_on_advice_scales_a_small_picture(fresh: Page) -> None:
    drop(fresh, ("small.png", samples.picture(size=(200, 150))))
    expect(fresh.locator("#quote")).to_contain_text("200 × 150", timeout=FILE)
    fresh.get_by_role("button", name="Make it fit").click()
    expect(fresh.locator("#quote [data-advice]")).to_have_count(0, timeout=FILE)
    assert labels(fresh) == ["small, 400 × 300"]


def test_the_keyboard_moves_and_removes_tiles(fresh: Page) -> None:
    page = fresh
    drop(page, *PICTURES)
    expect(tiles(page)).to_have_count(2, timeout=FILE)
    page.locator("#id_prompt").fill("")
    tiles(page).nth(0).locator(".tile-face").press("Enter")
    expect(page.locator("#id_prompt")).to_have_value("[Image1]")
    tiles(page).nth(0).locator(".tile-face").press("Alt+ArrowRight")
    expect(page.locator("#id_prompt")).to_have_value("[Image2]")
    expect(tiles(page).nth(1).locator(".tile-face")).to_be_focused()
    page.keyboard.press("Delete")
    expect(tiles(page)).to_have_count(1)


def test_an_option_that_has_just_come_is_chosen(fresh: Page) -> None:
    """Enter may come after the answer to the last letter, and before its first option is marked."""
    page = fresh
    prompt, list_ = page.locator("#id_prompt"), page.get_by_role("listbox")
    drop(page, ("pelican.png", samples.picture(size=(520, 340))))
    expect(tiles(page)).to_have_count(1, timeout=FILE)
    prompt.fill("")
    prompt.press_sequentially("A boat in @pelican")
    expect(list_.get_by_role("option")).to_have_count(1)
    list_.get_by_role("option").evaluate("(option) => option.setAttribute('aria-selected', 'false')")
    prompt.press("Enter")
    expect(prompt).to_have_value("A boat in [Image1]")


def test_an_at_sign_offers_references_and_library_files(fresh: Page) -> None:
    page = fresh
    prompt, list_ = page.locator("#id_prompt"), page.get_by_role("listbox")
    drop(
        page,
        ("quayside.png", samples.picture(size=(500, 340))),
        ("quail.png", samples.picture(size=(510, 340))),
    )
    expect(tiles(page)).to_have_count(2, timeout=FILE)
    tiles(page).nth(1).locator(".tile-face").press("Delete")
    expect(tiles(page)).to_have_count(1)
    prompt.fill("")
    prompt.press_sequentially("A boat in @quay")
    expect(list_.get_by_role("option")).to_have_text([re.compile("quayside")])
    prompt.press("Enter")
    expect(prompt).to_have_value("A boat in [Image1]")
    expect(list_).to_be_hidden()
    # A file of the library goes into the tray first.
    prompt.press_sequentially(" and @quai")
    expect(list_.get_by_role("option")).to_have_text([re.compile("quail")])
    expect(prompt).to_have_attribute("aria-activedescendant", "mention-1")
    prompt.press("Enter")
    expect(prompt).to_have_value("A boat in [Image1] and [Image2]")
    expect(tiles(page)).to_have_count(2)
    prompt.press_sequentially(", @qu")
    expect(list_.get_by_role("option")).to_have_count(2)
    prompt.press("ArrowDown")
    expect(list_.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    prompt.press("Escape")
    expect(list_).to_be_hidden()
    expect(prompt).to_have_value("A boat in [Image1] and [Image2], @qu")
    prompt.press_sequentially("a")
    list_.get_by_role("option", name="quayside").click()
    expect(prompt).to_have_value("A boat in [Image1] and [Image2], [Image1]")


def test_a_file_is_picked_from_the_library_as_first_frame(fresh: Page) -> None:
    page = fresh
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/library/pick/" in request.url else None)
    drop(page, PICTURES[0])
    expect(tiles(page)).to_have_count(1, timeout=FILE)
    page.get_by_role("button", name="Choose the first frame").click()
    expect(page.locator("#picker .pick").first).to_be_visible()
    with page.expect_response(re.compile("q=dawn")):
        page.locator("#picker").get_by_role("searchbox").fill("dawn")
    expect(page.locator("#picker .pick")).to_have_count(1)
    page.locator("#picker .pick").click()
    expect(page.locator("[data-slot=start_image] .tile")).to_be_visible()
    expect(page.locator("#picker")).to_be_hidden()
    assert len(asked) == 2, "leaving the search field asked again and replaced the list under the pointer"
    page.get_by_role("button", name="Swap first and last frames").click()
    expect(page.locator("[data-slot=end_image] .tile")).to_be_visible()


def test_the_library_accepts_files_and_restores_them_from_the_trash(fresh: Page) -> None:
    page = fresh
    page.goto("/library/")
    drop(page, ("hill.png", samples.picture(size=(500, 400))), target="main")
    tile = page.locator(".asset", has_text="hill")
    expect(tile).to_be_visible(timeout=FILE)
    expect(tile).to_contain_text("Ready", timeout=FILE)
    tile.get_by_role("button", name="Move to trash").click()
    page.get_by_role("button", name="Undo").click()
    expect(tile.get_by_role("link", name="Use", exact=True)).to_be_visible()


@pytest.fixture
def phone(browser: Browser, product: Product) -> Iterator[Page]:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    context = browser.new_context(
        base_url=product.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.on("console", note)
    sign_in(page)
    yield page
    context.close()
    assert complaints == []


def test_on_a_phone_files_are_chosen_and_sorted(phone: Page, tmp_path: Path) -> None:
    page = phone
    paths = []
    for name, content in PICTURES:
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Add files").first.tap()
    chooser.value.set_files(paths)
    expect(tiles(page)).to_have_count(2, timeout=FILE)
    page.get_by_role("button", name="Actions for dawn").tap()
    page.get_by_role("button", name="Move right").tap()
    expect(page.locator("#tray .tiles .tile-face > .unseen")).to_have_text(["dusk", "dawn"])
    tiles(page).nth(0).locator(".tile-face").tap()
    expect(page.locator("#id_prompt")).to_have_value("[Image1]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_script_a_file_is_added_and_a_library_file_picked(
    browser: Browser, product: Product, tmp_path: Path
) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(samples.picture(size=(420, 420)))
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.locator("#id_prompt").fill("A plain form")
    page.locator("noscript input[type=file], input[name=file]").set_input_files(path)
    page.get_by_role("button", name="Add these files").click()
    expect(tiles(page)).to_have_count(1)
    page.get_by_role("button", name="Choose the first frame").click()
    page.locator(".pick", has_text="plain").click()
    expect(page.locator("[data-slot=start_image] .tile")).to_be_visible()
    expect(page.locator("#id_prompt")).to_have_value("A plain form")
    context.close()


def _record(product: Product, call: str) -> list[dict]:
    address = f"http://127.0.0.1:{product.sandbox_port}/_sandbox/requests"
    return requests.get(address, {"call": call}, timeout=10).json()["requests"]


def _asset_ids(product: Product) -> dict[str, str]:
    """Return Apiframe's asset ids by file name, read from the studio's database."""
    with sqlite3.connect(product.folder / "data" / "db.sqlite3") as database:
        return dict(database.execute("SELECT name, upstream_asset_id FROM generations_asset"))
