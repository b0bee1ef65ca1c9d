"""A studio below a path of its host: https://example.org/studio."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import fill_in
from tests.browser.dropping import drop
from tests.browser.product import StillProduct
from tests.media import samples

pytestmark = pytest.mark.browser

PAGES = ("", "gallery/", "library/", "credits/", "trash/", "guide/", "preferences/", "collections/")
PANEL = ("admin/operations/", "admin/people/", "admin/configuration/", "accounts/email/", "nowhere/")
ADDRESSES = re.compile(r'(?:href|src|action|formaction|hx-get|hx-post|data-home|data-tray)="(/[^"]*)"')


class BelowProduct(StillProduct):
    @property
    def home(self) -> str:
        return f"{self.url}/studio/"

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "PUBLIC_URL": f"{self.url}/studio"}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BelowProduct]:
    running = BelowProduct(tmp_path_factory.mktemp("below"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def inside(page: Page, product: BelowProduct) -> Page:
    page.goto(product.home)
    fill_in(page)
    return page


def test_every_address_of_every_page_is_below_it(inside: Page, product: BelowProduct) -> None:
    found: set[str] = set()
    for name in (*PAGES, *PANEL):
        html = inside.request.get(product.home + name).text()
        addresses = set(ADDRESSES.findall(html))
        assert addresses, name
        assert [each for each in addresses if not each.startswith("/studio/")] == [], name
        found |= addresses
    static = sorted(each for each in found if "/static/" in each)
    assert {requests.get(urljoin(product.url, each), timeout=30).status_code for each in static} == {200}


def test_cookies_go_nowhere_else_on_the_host(inside: Page, context: BrowserContext) -> None:
    assert {each["path"] for each in context.cookies()} == {"/studio/"}


def test_files_are_uploaded_and_shown(inside: Page, product: BelowProduct) -> None:
    inside.goto(f"{product.home}library/")
    drop(inside, ("dawn.png", samples.picture(size=(640, 360))), target="main")
    tile = inside.locator(".asset", has_text="dawn")
    expect(tile).to_be_visible()
    tile.get_by_role("link").first.click()
    inside.wait_for_url("**/studio/library/*-*/")


def test_a_proxy_may_take_the_path_off(product: BelowProduct) -> None:
    kept = requests.get(f"{product.home}accounts/login/", timeout=30)
    taken_off = requests.get(f"{product.url}/accounts/login/", timeout=30)
    assert (kept.status_code, taken_off.status_code) == (200, 200)
    assert "/studio/accounts/password/reset/" in kept.text
    assert "/studio/accounts/password/reset/" in taken_off.text
    assert requests.get(f"{product.home}healthz", timeout=30).status_code == 200
    outside = requests.get(product.url, timeout=30, allow_redirects=False)
    assert urlsplit(outside.headers["Location"]).path == "/studio/accounts/login/"
