"""Bytes sent for the first view, without media but including headers."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import fill_in
from tests.browser.person import Person
from tests.browser.product import ROOT, Product

pytestmark = pytest.mark.browser

# Native modules cost about 15 KB more than the one script they replace.
LIMIT = 122_000
# One menu for all cards takes 400 bytes of script; a menu in each card took 3.5 KB of every gallery.
# 1.5 KB more since `@` offers references. 2 KB more for quick look and the size of cards, on the gallery alone.
# Half a KB more to name the codec that a browser lacks, and room for the camera moves and styles of the composer.
SCRIPT_LIMIT = 35_000
_MEDIA = re.compile(r"/(generations|library)/[0-9a-f-]{36}/\w")


# One full page of the feed.
COPIES = """
from uuid import uuid4
from generations.models import Generation
made = Generation.objects.get(prompt="A first clip")
plain = [each.name for each in Generation._meta.concrete_fields if each.name not in ("id", "cost")]
for number in range(23):
    copy = Generation(**{name: getattr(made, name) for name in plain})
    copy.submission, copy.job_id, copy.prompt = uuid4(), str(uuid4()), f"Copy {number} of a first clip"
    copy.save()
"""


@dataclass
class Wire:
    """Bytes received per URL by the browser's own count; redirects with their target."""

    received: dict[str, float] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def sent(self, event: dict[str, Any]) -> None:
        if redirect := event.get("redirectResponse"):
            self._add(redirect["url"], redirect["encodedDataLength"])
        self._addresses[event["requestId"]] = event["request"]["url"]

    def finished(self, event: dict[str, Any]) -> None:
        self._add(self._addresses[event["requestId"]], event["encodedDataLength"])

    @property
    def total(self) -> int:
        return round(sum(size for address, size in self.received.items() if not _MEDIA.search(address)))

    def report(self) -> str:
        heaviest = sorted(self.received.items(), key=lambda each: -each[1])
        lines = [f"{size:>9,.0f}  {address}" for address, size in heaviest]
        return "\n".join([f"{self.total:>9,}  in all, {len(lines)} answers", *lines])

    def _add(self, address: str, size: float) -> None:
        self.received[address] = self.received.get(address, 0) + size


@pytest.fixture(scope="module")
def a_page_of_clips(product: Product) -> None:
    person = Person(product)
    person.wait_for(person.generate("A first clip"), "finished")
    product.manage("shell", "-c", COPIES)


@pytest.fixture(params=[1440, 390])
def stranger(
    browser: Browser, product: Product, a_page_of_clips: None, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A first-time visitor: empty cache, no session."""
    size = {"width": request.param, "height": 844}
    context = browser.new_context(base_url=product.url, viewport=size)
    yield context.new_page()
    context.close()


def _weighed(page: Page) -> Wire:
    wire = Wire()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", wire.sent)
    session.on("Network.loadingFinished", wire.finished)
    return wire


def test_sign_in_and_studio_stay_within_the_size_budget(stranger: Page) -> None:
    wire = _weighed(stranger)
    stranger.goto("/")
    stranger.wait_for_load_state("networkidle")
    alone = wire.total
    fill_in(stranger)
    expect(stranger.locator("#feed > li.card").first).to_be_visible()
    stranger.wait_for_load_state("networkidle")
    print(f"sign-in alone: {alone:,}\n{wire.report()}")
    assert wire.total <= LIMIT, wire.report()


def test_our_scripts_stay_within_the_size_budget() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (ROOT / "static/js").rglob("*.js")}
    assert sizes
    assert sum(sizes.values()) <= SCRIPT_LIMIT, sizes
