"""Drafts are never lost and never visible to another user of the same browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.comforts.composing import (
    AT_A_DESK,
    expect_written,
    generate,
    press_generate,
    put_back,
    sign_in_as,
    sign_out,
    wait_for_script,
    write,
)
from tests.browser.conftest import ARGUMENTS, CHROMIUM, sign_in
from tests.browser.dropping import drop
from tests.browser.product import PASSWORD, Product
from tests.browser.settings_row import set_duration
from tests.media import samples

pytestmark = pytest.mark.browser

OTHER = f"""
from generations.models import User
User.objects.filter(username="eve").exists() or User.objects.create_user("eve", "eve@example.org", "{PASSWORD}")
"""


@pytest.fixture
def keeping(browser: Browser, product: Product) -> Iterator[Page]:
    """A page in a browser with bfcache, which Playwright turns off by default."""
    launched = browser.browser_type.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched.new_page(base_url=product.url)
    launched.close()


def test_the_draft_survives_a_reload(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    set_duration(studio, "9")
    studio.reload()
    expect_written(studio, "A heron in the reeds")
    expect(studio.locator("#id_duration")).to_have_value("9")


@AT_A_DESK
def test_the_price_matches_the_restored_draft(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    set_duration(studio, "15")
    expect(studio.locator("#generate")).to_contain_text("30 credits")
    studio.reload()
    expect(studio.locator("#generate")).to_contain_text("30 credits")


@AT_A_DESK
def test_the_draft_keeps_a_file_whose_tile_is_not_rendered(studio: Page) -> None:
    """A restored file is in the tray before the server has rendered its tile.

    By then the draft may be saved again, and must still contain it.
    """
    tiles = studio.locator("#tray .tiles [data-tile]")
    drop(studio, ("heron.png", samples.picture(size=(648, 368))))
    expect(tiles).to_have_count(1)
    write(studio, "A heron in the reeds")
    studio.route("**/tray/", lambda route: None)
    with studio.expect_request("**/tray/"):
        studio.reload()
    wait_for_script(studio)
    write(studio, "A heron in the reeds, and more")
    studio.unroute("**/tray/")
    studio.reload()
    expect_written(studio, "A heron in the reeds, and more")
    expect(tiles).to_have_count(1)


def test_the_draft_survives_a_killed_tab(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    set_duration(studio, "9")
    with pytest.raises(Error):
        studio.goto("chrome://crash", timeout=15_000)
    reopened = studio.context.new_page()
    reopened.goto("/")
    expect_written(reopened, "A heron in the reeds")
    expect(reopened.locator("#id_duration")).to_have_value("9")


def test_the_draft_survives_an_expired_session(studio: Page) -> None:
    with studio.expect_response("**/quote/"):
        write(studio, "A heron in the reeds")
    studio.context.clear_cookies(name="sessionid")
    press_generate(studio)
    studio.wait_for_url("**/accounts/login/**")
    sign_in_as(studio, "admin")
    expect_written(studio, "A heron in the reeds")
    expect(studio.locator("#feed > li.card", has_text="A heron in the reeds")).to_have_count(0)


def test_the_draft_survives_a_server_error(studio: Page) -> None:
    # A tab whose console is not checked: the browser itself logs the error.
    tab = studio.context.new_page()
    tab.goto("/")
    wait_for_script(tab)
    tab.route("**/generations/", lambda route: route.fulfill(status=503, body="down"))
    write(tab, "A heron in the reeds")
    press_generate(tab)
    expect(tab.locator("[data-failure]")).to_be_visible()
    expect_written(tab, "A heron in the reeds")
    tab.reload()
    expect_written(tab, "A heron in the reeds")


def test_reusing_a_clip_can_be_undone_to_the_draft(studio: Page) -> None:
    generate(studio, "A lantern in the fog")
    clip = (studio.locator("#feed > li.card").first.get_attribute("id") or "").removeprefix("card-")
    write(studio, "My own words")
    studio.goto(f"/?reuse={clip}")
    expect_written(studio, "A lantern in the fog")
    put_back(studio)
    expect_written(studio, "My own words")


def test_another_user_of_the_browser_never_sees_it(studio: Page, product: Product) -> None:
    product.manage("shell", "-c", OTHER)
    generate(studio, "A secret garden")
    write(studio, "A secret plan")
    sign_out(studio)
    sign_in_as(studio, "eve")
    wait_for_script(studio)
    expect_written(studio, "")
    studio.locator("[data-prompts] > summary").click()
    expect(studio.locator("#prompts .field-hint")).to_be_visible()
    expect(studio.locator("#prompts [data-words]")).to_have_count(0)


def test_the_back_button_shows_no_page_after_signing_out(keeping: Page) -> None:
    sign_in(keeping)
    wait_for_script(keeping)
    write(keeping, "A secret plan")
    sign_out(keeping)
    # Playwright waits for a load event, which never comes when bfcache restores a page.
    keeping.context.new_cdp_session(keeping).send("Runtime.evaluate", {"expression": "history.back()"})
    keeping.wait_for_url("**/accounts/login/?next=/")
    expect(keeping.locator("[name=login]")).to_be_visible()
