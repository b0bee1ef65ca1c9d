"""Nothing that was written is lost, and nobody else in the same browser sees it."""

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
from tests.clips import samples

pytestmark = pytest.mark.browser

OTHER = f"""
from generations.models import User
User.objects.filter(username="eve").exists() or User.objects.create_user("eve", "eve@example.org", "{PASSWORD}")
"""


@pytest.fixture
def keeping(browser: Browser, product: Product) -> Iterator[Page]:
    """A page of a browser that keeps whole pages for its back button, which Playwright turns off."""
    launched = browser.browser_type.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched.new_page(base_url=product.url)
    launched.close()


def test_the_draft_survives_a_reload(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    studio.locator("#id_duration").fill("9")
    studio.reload()
    expect_written(studio, "A heron in the reeds")
    expect(studio.locator("#id_duration")).to_have_value("9")


@AT_A_DESK
def test_the_price_is_that_of_the_draft(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    studio.locator("#id_duration").fill("15")
    expect(studio.locator("#generate")).to_contain_text("30 credits")
    studio.reload()
    expect(studio.locator("#generate")).to_contain_text("30 credits")


@AT_A_DESK
def test_the_draft_keeps_a_file_that_is_not_drawn_yet(studio: Page) -> None:
    """What is put back lies in the tray before the server has drawn its tile, and may be kept again by then."""
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


def test_the_draft_survives_a_tab_that_is_killed(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    studio.locator("#id_duration").fill("9")
    with pytest.raises(Error):
        studio.goto("chrome://crash", timeout=15_000)
    reopened = studio.context.new_page()
    reopened.goto("/")
    expect_written(reopened, "A heron in the reeds")
    expect(reopened.locator("#id_duration")).to_have_value("9")


def test_the_draft_survives_an_ended_session(studio: Page) -> None:
    write(studio, "A heron in the reeds")
    studio.context.clear_cookies(name="sessionid")
    press_generate(studio)
    studio.wait_for_url("**/accounts/login/**")
    sign_in_as(studio, "admin")
    expect_written(studio, "A heron in the reeds")
    expect(studio.locator("#feed > li.card", has_text="A heron in the reeds")).to_have_count(0)


def test_the_draft_survives_an_error_of_the_server(studio: Page) -> None:
    # A tab whose console nobody watches: the browser itself complains of the error.
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


def test_reusing_a_clip_gives_the_written_words_back(studio: Page) -> None:
    generate(studio, "A lantern in the fog")
    clip = (studio.locator("#feed > li.card").first.get_attribute("id") or "").removeprefix("card-")
    write(studio, "My own words")
    studio.goto(f"/?reuse={clip}")
    expect_written(studio, "A lantern in the fog")
    put_back(studio)
    expect_written(studio, "My own words")


def test_somebody_else_in_the_same_browser_never_sees_it(studio: Page, product: Product) -> None:
    product.manage("shell", "-c", OTHER)
    generate(studio, "A secret garden")
    write(studio, "A secret plan")
    sign_out(studio)
    sign_in_as(studio, "eve")
    wait_for_script(studio)
    expect_written(studio, "")
    studio.locator("summary", has_text="Prompts").click()
    expect(studio.locator("#prompts")).to_contain_text("What you write stands here")


def test_the_back_button_shows_no_page_after_its_reader_signed_out(keeping: Page) -> None:
    sign_in(keeping)
    wait_for_script(keeping)
    write(keeping, "A secret plan")
    sign_out(keeping)
    # Playwright waits for the load of a page that is shown again, which never comes.
    keeping.context.new_cdp_session(keeping).send("Runtime.evaluate", {"expression": "history.back()"})
    keeping.wait_for_url("**/accounts/login/?next=/")
    expect(keeping.locator("[name=login]")).to_be_visible()
