"""What the first view weighs on the wire, as an operator serves it: everything but media, headers included."""

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

LIMIT = 100_000
SCRIPT_LIMIT = 25_000
_MEDIA = re.compile(r"/(generations|library)/[0-9a-f-]{36}/\w")


# As many as a page of the feed holds.
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
    """Bytes received for each address, as the browser's own counter tells them; redirects with their target."""

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
    """Somebody who was never here: nothing in the cache, and no session."""
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


def test_from_sign_in_to_the_studio_it_is_light(stranger: Page) -> None:
    wire = _weighed(stranger)
    stranger.goto("/")
    stranger.wait_for_load_state("networkidle")
    alone = wire.total
    fill_in(stranger)
    expect(stranger.locator("#feed > li.card").first).to_be_visible()
    stranger.wait_for_load_state("networkidle")
    print(f"sign-in alone: {alone:,}\n{wire.report()}")
    assert wire.total <= LIMIT, wire.report()


def test_our_scripts_are_light() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (ROOT / "static/js").rglob("*.js")}
    assert sizes
    assert sum(sizes.values()) <= SCRIPT_LIMIT, sizes
