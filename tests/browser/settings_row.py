"""The settings of the composer, which lie behind a row of chips."""

from playwright.sync_api import Page


def open_setting(page: Page, name: str) -> None:
    """Open the panel of a chip, if it is closed."""
    chip = page.locator(f"[data-setting={name}]")
    if chip.get_attribute("open") is None:
        chip.locator("> summary").click()


def set_duration(page: Page, seconds: str) -> None:
    open_setting(page, "duration")
    page.locator("#id_duration").fill(seconds)


def choose(page: Page, name: str, value: str) -> None:
    """Choose a value among the radio buttons behind a chip."""
    open_setting(page, name)
    page.locator("label", has=page.locator(f"input[name={name}][value='{value}']")).click()
