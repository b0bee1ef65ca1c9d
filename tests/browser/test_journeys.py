"""The journeys of docs/journeys.md, performed as written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.journeys.first_clip import FIRST_CLIP
from tests.browser.journeys.hand import Hand
from tests.browser.journeys.heavy_day import HEAVY_DAY
from tests.browser.journeys.telling import Journey, told
from tests.browser.person import Person
from tests.browser.product import Product

_MAKING = "from tests.browser.journeys import making; making."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A separate product: this many clips would disturb other tests."""
    running = Product(tmp_path_factory.mktemp("journeys"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def year_of_work(product: Product) -> None:
    product.manage("shell", "-c", f"{_MAKING}add_jun()")
    jun = Person(product, name="jun")
    jun.wait_for(jun.generate("A heron waits in the reeds"), "finished")
    product.manage("shell", "-c", f"{_MAKING}add_year()")


@pytest.mark.parametrize("journey", [FIRST_CLIP, HEAVY_DAY], ids=lambda journey: journey.title)
def test_the_document_matches_the_steps(journey: Journey) -> None:
    assert told(journey.title) == [str(step) for step in journey.steps]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_a_first_clip(
    page: Page, product: Product, tmp_path: Path, screenshots: Path | None, width: int
) -> None:
    link = product.manage("shell", "-v", "0", "-c", f"{_MAKING}invite('mira{width}@example.org')").strip()
    (tmp_path / "invitation").write_text(link)
    page.set_viewport_size({"width": width, "height": 844})
    FIRST_CLIP.drive(Hand(page, tmp_path), pictures=screenshots)
    product.manage("check_credits")


@pytest.mark.browser
def test_a_day_with_5000_clips(
    page: Page, product: Product, year_of_work: None, tmp_path: Path, screenshots: Path | None
) -> None:
    HEAVY_DAY.drive(Hand(page, tmp_path), pictures=screenshots)
    product.manage("check_credits")
