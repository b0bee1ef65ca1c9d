"""Sign in, generate, gallery, detail and download, with JavaScript off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_clip_is_made_and_found_without_script(plain: Page) -> None:
    sign_in(plain)
    plain.locator("#id_prompt").fill("A quiet harbour without script")
    plain.get_by_role("button", name=re.compile("^Generate")).click()
    card = plain.locator("#feed > li.card", has_text="A quiet harbour without script").first
    for _ in range(60):
        if card.get_attribute("data-status") == "finished":
            break
        plain.wait_for_timeout(1000)
        plain.reload()
    expect(card).to_have_attribute("data-status", "finished")
    with plain.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith("video.mp4")
