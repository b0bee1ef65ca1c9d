"""Restoring settings from one of our MP4 files, and undoing that."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from generations.media.mp4_tags import write_recipe
from tests.browser.conftest import sign_in
from tests.browser.dropping import drop
from tests.browser.settings_row import set_duration
from tests.media import samples

pytestmark = pytest.mark.browser

FILE = 30_000  # ms; checking, cleaning and thumbnails, and the machine may be slow.
FRAME = ("shore.png", samples.picture(size=(648, 368)))
# A different length, so that the file is no duplicate.
OTHERS = ("bought.mp4", samples.video(seconds=4, size=(640, 360)))


def _told(folder: Path, recipe: str, *, name: str = "fox.mp4") -> tuple[str, bytes]:
    (folder / "plain.mp4").write_bytes(samples.video(seconds=3.5, size=(640, 360)))
    write_recipe(folder / "plain.mp4", recipe, folder / name)
    return name, (folder / name).read_bytes()


@pytest.fixture
def ours(tmp_path: Path) -> tuple[str, bytes]:
    recipe = {
        "seedance_web": "0.1.0",
        "prompt": "A fox at dawn",
        "duration": 6,
        "resolution": "480p",
        "aspect_ratio": "9:16",
        "generate_audio": False,
        "seed": 77,
        "references": [{"role": "start_image", "name": "shore"}],
    }
    return _told(tmp_path, json.dumps(recipe))


@pytest.fixture(params=[1440, 390])
def studio(page: Page, request: pytest.FixtureRequest) -> Page:
    """The studio with a picture in the library and a draft that must not be lost."""
    page.set_viewport_size({"width": request.param, "height": 844})
    sign_in(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    drop(page, FRAME)
    expect(_tiles(page)).to_have_count(1, timeout=FILE)
    page.locator("#id_prompt").fill("My own words")
    set_duration(page, "11")
    return page


def _tiles(page: Page) -> Locator:
    return page.locator("#tray .tiles [data-tile]")


def _expect_restored(page: Page) -> None:
    expect(page.locator("#restored")).to_contain_text("fox.mp4")
    expect(page.locator("#id_prompt")).to_have_value("A fox at dawn")
    expect(page.locator("#id_duration")).to_have_value("6")
    expect(page.locator("input[name=resolution]:checked")).to_have_value("480p")
    expect(page.locator("input[name=aspect_ratio]:checked")).to_have_value("9:16")
    expect(page.locator("[name=generate_audio]")).not_to_be_checked()
    expect(page.locator("#id_seed")).to_have_value("77")
    expect(page.locator("[data-slot=start_image] .tile")).to_contain_text("shore")
    expect(_tiles(page)).to_have_count(0)
    expect(page.locator("#generate")).to_have_accessible_name("Generate · 6 credits")


def _expect_own(page: Page) -> None:
    expect(page.locator("#id_prompt")).to_have_value("My own words")
    expect(page.locator("#id_duration")).to_have_value("11")
    expect(page.locator("input[name=resolution]:checked")).to_have_value("720p")
    expect(page.locator("#id_seed")).to_have_value("")
    expect(page.locator("[data-slot=start_image] .tile")).to_have_count(0)


def test_it_restores_everything_and_can_be_undone(
    studio: Page, ours: tuple[str, bytes], screenshots: Path | None
) -> None:
    kept: list[str] = []
    studio.on("request", lambda request: kept.append(request.url) if "/library/" in request.url else None)
    drop(studio, ours)
    _expect_restored(studio)
    if screenshots:
        studio.screenshot(path=screenshots / f"restored {studio.viewport_size['width']}.png")
    assert not [url for url in kept if url.endswith("/library/")]
    assert studio.evaluate("document.documentElement.scrollWidth") <= studio.viewport_size["width"]
    back = studio.get_by_role("button", name="Undo")
    back.click()
    _expect_own(studio)
    expect(_tiles(studio)).to_have_count(1)
    back.click()
    _expect_restored(studio)
    studio.reload()
    expect(studio.locator("#id_prompt")).to_have_value("A fox at dawn")
    expect(studio.locator("[data-slot=start_image] .tile")).to_contain_text("shore")


def test_the_clip_becomes_a_reference_video_on_request(studio: Page, ours: tuple[str, bytes]) -> None:
    drop(studio, ours)
    _expect_restored(studio)
    studio.keyboard.press("Escape")
    studio.get_by_role("button", name="Use as reference video instead").click()
    expect(studio.locator("#restored")).to_have_count(0)
    expect(_tiles(studio)).to_have_count(2, timeout=FILE)
    expect(_tiles(studio).last).to_contain_text("fox")
    _expect_own(studio)
    expect(studio.locator("#quote [data-doubled]")).to_be_visible()


def test_a_clip_chosen_from_disk_is_restored_too(studio: Page, ours: tuple[str, bytes]) -> None:
    name, content = ours
    studio.locator(".adders [data-files]").set_input_files(
        {"name": name, "mimeType": "video/mp4", "buffer": content}
    )
    _expect_restored(studio)


def test_together_with_another_file_it_is_a_reference(studio: Page, ours: tuple[str, bytes]) -> None:
    drop(studio, ours, ("dune.png", samples.picture(size=(656, 376))))
    expect(_tiles(studio)).to_have_count(3, timeout=FILE)
    _expect_own(studio)


def test_an_mp4_without_a_recipe_is_a_reference(studio: Page) -> None:
    drop(studio, OTHERS)
    expect(_tiles(studio)).to_have_count(2, timeout=FILE)
    _expect_own(studio)
    expect(studio.locator("#restored")).to_have_count(0)


def test_an_mp4_with_an_invalid_recipe_is_a_reference(studio: Page, tmp_path: Path) -> None:
    drop(studio, _told(tmp_path, '{"seedance_web": and nothing else'))
    expect(_tiles(studio)).to_have_count(2, timeout=FILE)
    _expect_own(studio)


def test_in_the_library_it_is_a_normal_file(studio: Page, tmp_path: Path) -> None:
    name = f"shelf-{studio.viewport_size['width']}"
    studio.goto("/library/")
    drop(
        studio,
        _told(tmp_path, json.dumps({"seedance_web": "0.1.0", "prompt": name}), name=f"{name}.mp4"),
        target="[data-drop]",
    )
    expect(studio.locator("#shelf > li", has_text=name)).to_be_visible(timeout=FILE)
