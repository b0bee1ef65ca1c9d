"""The studio page at a desktop and a phone width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.comforts.composing import wait_for_script
from tests.browser.conftest import sign_in
from tests.browser.product import Product


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A separate product: other tests count the credits left after the first clip."""
    running = Product(tmp_path_factory.mktemp("comforts"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=[1440, 390])
def studio(page: Page, request: pytest.FixtureRequest) -> Page:
    page.set_viewport_size({"width": request.param, "height": 844})
    sign_in(page)
    wait_for_script(page)
    return page
