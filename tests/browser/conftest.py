"""A browser on the running product; pages are checked for errors and CSP reports."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.product import PASSWORD, Product

# Chromium without its window first: a test of its kind costs a quarter of the CPU.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), "")
# The administrator's session per product: signing in is slow and limited to 30 times a minute.
_SESSIONS: dict[str, str] = {}
# Generous timeout for slow machines; an expectation ends as soon as it is met.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# Forms answer 422 to invalid input, and polls are aborted when the page is left or asks again.
NO_FAULTS = ("status of 422", "htmx:sendAbort", "htmx:afterRequest")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Both end with the package: while Playwright's event loop runs, Django refuses the database to other tests.
@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=product.url, viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Bar 31: no policy violation, console error or uncaught exception in any flow."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(each in message.text for each in NO_FAULTS):
            complaints.append(message.text)

    opened = context.new_page()
    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []


@pytest.fixture
def signed_in(page: Page) -> Page:
    sign_in(page)
    return page


def sign_in(page: Page, at: str = "/") -> None:
    """Open a page as the administrator, filling in the sign-in form if needed."""
    origin = urljoin(page.request.head("/healthz").url, "/")
    if origin in _SESSIONS:
        page.context.add_cookies([{"name": "sessionid", "value": _SESSIONS[origin], "url": origin}])
    page.goto(at)
    if page.locator("[name=login]").count():
        fill_in(page)
        cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        _SESSIONS[origin] = cookies["sessionid"]


def fill_in(page: Page) -> None:
    """Fill in the sign-in form on the current page."""
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Directory for screenshots, or None if they are not wanted."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
