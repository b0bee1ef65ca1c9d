"""Actions of a person in the composer and around it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import PASSWORD
from tests.browser.settings_row import set_duration

# One width is enough where nothing depends on it.
AT_A_DESK = pytest.mark.parametrize("studio", [1440], indirect=True)


def wait_for_script(page: Page) -> None:
    """Wait until the last module has run: it fills the prompt counter."""
    expect(page.locator("output[for=id_prompt]")).not_to_be_empty()


def write(page: Page, words: str) -> None:
    page.locator("#id_prompt").fill(words)


def expect_written(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#id_prompt")).to_have_value(words)


def put_back(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()


def press_generate(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Generate")).click()


def generate(page: Page, words: str) -> None:
    cards = page.locator("#feed > li.card").count()
    write(page, words)
    set_duration(page, "4")
    page.locator("input[name=resolution][value='480p']").evaluate("input => input.click()")
    press_generate(page)
    expect(page.locator("#feed > li.card")).to_have_count(cards + 1)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def sign_in_as(page: Page, name: str) -> None:
    """Fill in the sign-in page."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
