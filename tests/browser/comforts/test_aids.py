"""What makes writing easy: presets, prompts of before, and the guide."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comforts.composing import expect_written, generate, put_back, wait_for_script, write

pytestmark = pytest.mark.browser


def _save_preset(page: Page, name: str) -> None:
    page.locator("#preset-name").fill(name)
    page.locator("#preset-name").press("Enter")


def _delete_preset(page: Page) -> None:
    """The only one there is."""
    page.locator(".preset summary").click()
    page.locator(".preset-forms").get_by_role("button", name="Delete").click()
    expect(page.locator(".preset")).to_have_count(0)


def test_a_preset_is_saved_replaced_applied_renamed_and_deleted(studio: Page) -> None:
    studio.locator("summary", has_text="Presets").click()
    studio.locator("#id_duration").fill("5")
    _save_preset(studio, "Short")
    expect(studio.locator(".preset", has_text="Short")).to_contain_text("5 s")
    studio.locator("#id_duration").fill("6")
    _save_preset(studio, "short")
    expect(studio.locator("#error-preset-name")).to_contain_text("Replace it?")
    studio.get_by_role("button", name="Replace", exact=True).click()
    expect(studio.locator(".preset", has_text="short")).to_contain_text("6 s")
    write(studio, "My own words")
    studio.locator("#id_duration").fill("12")
    studio.locator(".preset-apply", has_text="short").click()
    expect(studio.locator("#quote")).to_contain_text("6 s ×")
    expect_written(studio, "My own words")
    studio.locator(".preset", has_text="short").locator("summary").click()
    studio.get_by_label("Name of the preset").fill("Quick")
    studio.get_by_label("Name of the preset").press("Enter")
    expect(studio.locator(".preset-apply")).to_contain_text("Quick")
    _delete_preset(studio)


def _rows(page: Page, selector: str) -> int:
    """On how many lines these stand."""
    found = page.locator(selector)
    return len({round(found.nth(index).bounding_box()["y"]) for index in range(found.count())})  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "de", "zh-hans"])
def test_what_is_asked_of_a_preset_stands_on_two_lines(studio: Page, language: str) -> None:
    studio.context.set_extra_http_headers({"Accept-Language": language})
    studio.reload()
    studio.locator(".aid-name").first.click()
    assert (_rows(studio, ".preset-name > *"), _rows(studio, ".preset-with label")) == (1, 1)


def test_the_address_of_a_preset_leaves_the_draft_in_place(studio: Page) -> None:
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


def test_a_prompt_of_before_is_found_clicked_and_taken_back(studio: Page) -> None:
    generate(studio, "A walrus on an ice floe")
    generate(studio, "A kite over the dunes")
    write(studio, "My own words")
    studio.locator("summary", has_text="Prompts").click()
    expect(studio.locator("#prompts")).to_contain_text("A walrus on an ice floe")
    studio.get_by_placeholder("Search your prompts").press_sequentially("walr")
    expect(studio.locator("#prompts")).not_to_contain_text("A kite over the dunes")
    studio.locator("#prompts a").click()
    expect_written(studio, "A walrus on an ice floe")
    put_back(studio)
    expect_written(studio, "My own words")


def test_the_arrow_brings_the_last_prompt_into_an_empty_one(studio: Page) -> None:
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


def test_the_guide_stands_beside_the_prompt(studio: Page) -> None:
    studio.get_by_role("link", name="Guide", exact=True).click()
    guide = studio.get_by_role("dialog", name="Guide to prompts")
    guide.get_by_role("link", name="Use this Lighthouse").click()
    expect(guide).to_be_hidden()
    expect_written(studio, re.compile("^A keeper in a yellow coat"))


def test_the_guides_page_puts_an_example_in_and_keeps_the_draft(studio: Page) -> None:
    write(studio, "My own words")
    studio.goto("/guide/")
    studio.get_by_role("link", name="Use this The baker").click()
    wait_for_script(studio)
    expect_written(studio, re.compile("^Close-up of floured hands"))
    put_back(studio)
    expect_written(studio, "My own words")
