"""A person at a page whose clicks and keystrokes are counted."""

from collections import Counter
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.dropping import drop


class Hand:
    """Downloads are saved in `desk`."""

    def __init__(self, page: Page, desk: Path) -> None:
        self.page = page
        self.desk = desk
        self._done: Counter[str] = Counter()

    def follow(self, link: str) -> None:
        """Open a link from outside the page, such as a mail or a bookmark."""
        self._done["click"] += 1
        self.page.goto(link)

    def click(self, target: Locator) -> None:
        self._done["click"] += 1
        target.click()

    def press(self, key: str) -> None:
        self._done["key"] += 1
        self.page.keyboard.press(key)

    def write(self, field: Locator, words: str) -> None:
        self._done["field"] += 1
        field.fill(words)

    def drop(self, file: str) -> None:
        self._done["drop"] += 1
        drop(self.page, (file, (self.desk / file).read_bytes()))

    def download(self, target: Locator, file: str) -> str:
        """Click a download link, save it as `file`, and return its original name."""
        with self.page.expect_download() as download:
            self.click(target)
        download.value.save_as(self.desk / file)
        return download.value.suggested_filename

    def taken(self) -> str:
        """Return the actions since the last call, worded for the document."""
        done, self._done = self._done, Counter()
        counted = [
            f"{done[what]} {what}{'s' * (done[what] > 1)}" for what in ("field", "key", "drop", "click")
        ]
        return ", ".join(each for each in counted if not each.startswith("0 ")) or "nothing to do"
