"""Writing aids: presets, earlier prompts and the guide."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comforts.composing import expect_written, generate, put_back, wait_for_script, write
from tests.browser.settings_row import set_duration

pytestmark = pytest.mark.browser


def _save_preset(page: Page, name: str) -> None:
    page.locator("#preset-name").fill(name)
    page.locator("#preset-name").press("Enter")


def _delete_preset(page: Page) -> None:
    """Delete the only preset."""
    page.locator(".preset summary").click()
    page.locator(".preset-forms").get_by_role("button", name="Delete").click()
    expect(page.locator(".preset")).to_have_count(0)


def test_a_preset_is_saved_replaced_applied_renamed_and_deleted(studio: Page) -> None:
    studio.locator("summary", has_text="Presets").click()
    set_duration(studio, "5")
    _save_preset(studio, "Short")
    expect(studio.locator(".preset", has_text="Short")).to_contain_text("5 s")
    set_duration(studio, "6")
    _save_preset(studio, "short")
    expect(studio.locator("#error-preset-name")).to_contain_text("Replace it?")
    studio.get_by_role("button", name="Replace", exact=True).click()
    expect(studio.locator(".preset", has_text="short")).to_contain_text("6 s")
    write(studio, "My own words")
    set_duration(studio, "12")
    studio.locator(".preset-apply", has_text="short").click()
    expect(studio.locator("#quote")).to_contain_text("6 s ×")
    expect_written(studio, "My own words")
    studio.locator(".preset", has_text="short").locator("summary").click()
    studio.get_by_label("Preset name").fill("Quick")
    studio.get_by_label("Preset name").press("Enter")
    expect(studio.locator(".preset-apply")).to_contain_text("Quick")
    _delete_preset(studio)


def _rows(page: Page, selector: str) -> int:
    """Return how many lines the elements take."""
    found = page.locator(selector)
    return len({round(found.nth(index).bounding_box()["y"]) for index in range(found.count())})  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "de", "zh-hans"])
def test_the_new_preset_form_fits_on_two_lines(studio: Page, language: str) -> None:
    studio.context.set_extra_http_headers({"Accept-Language": language})
    studio.reload()
    studio.locator(".aid-name").first.click()
    assert (_rows(studio, ".preset-name > *"), _rows(studio, ".preset-with label")) == (1, 1)


def test_a_presets_url_keeps_the_draft(studio: Page) -> None:
    write(studio, "Grainy film")
    studio.locator("summary", has_text="Presets").click()
    studio.get_by_label("With prompt").check()
    _save_preset(studio, "Film")
    apply = studio.locator(".preset-apply", has_text="Film")
    number = re.search(r"/presets/(\d+)/", apply.get_attribute("formaction") or "")
    assert number
    write(studio, "A hare")
    studio.goto(f"/?preset={number[1]}")
    expect_written(studio, "A hare\nGrainy film")
    expect(studio).to_have_url(re.compile(r"/$"))
    studio.locator("summary", has_text="Presets").click()
    _delete_preset(studio)


def test_a_recent_prompt_is_found_applied_and_undone(studio: Page) -> None:
    generate(studio, "A walrus on an ice floe")
    generate(studio, "A kite over the dunes")
    write(studio, "My own words")
    studio.locator("[data-prompts] > summary").click()
    expect(studio.locator("#prompts")).to_contain_text("A walrus on an ice floe")
    studio.get_by_placeholder("Search your prompts").press_sequentially("walr")
    expect(studio.locator("#prompts")).not_to_contain_text("A kite over the dunes")
    studio.locator("#prompts a").click()
    expect_written(studio, "A walrus on an ice floe")
    put_back(studio)
    expect_written(studio, "My own words")


def test_the_arrow_key_fills_an_empty_prompt_with_the_last_one(studio: Page) -> None:
    generate(studio, "A lantern in the fog")
    prompt = studio.locator("#id_prompt")
    prompt.press("Control+ArrowUp")
    expect_written(studio, "A lantern in the fog")
    write(studio, "")
    prompt.press("Control+ArrowUp")
    expect_written(studio, "A lantern in the fog")
    prompt.press("Control+ArrowDown")
    expect_written(studio, "")
    write(studio, "My own words")
    prompt.press("Control+ArrowUp")
    expect_written(studio, "My own words")


def test_the_guide_opens_beside_the_prompt(studio: Page) -> None:
    studio.get_by_role("link", name="Guide", exact=True).click()
    guide = studio.get_by_role("dialog", name="Prompt guide")
    guide.locator("[data-example]", has_text="Lighthouse").click()
    expect(guide).to_be_hidden()
    expect_written(studio, re.compile("^A keeper in a yellow coat"))


def test_the_guide_page_applies_an_example_and_keeps_the_draft(studio: Page) -> None:
    write(studio, "My own words")
    studio.goto("/guide/")
    studio.locator("[data-example]", has_text="The baker").click()
    wait_for_script(studio)
    expect_written(studio, re.compile("^Close-up of floured hands"))
    put_back(studio)
    expect_written(studio, "My own words")
