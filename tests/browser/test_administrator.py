"""An administrator's first day: invite, give credits, see a refund, check usage."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import Product

pytestmark = pytest.mark.browser

CLIP = 90_000
INVITED = "nora@example.org"
PANEL = "/admin/generations"


@pytest.fixture
def elsewhere(browser: Browser, product: Product) -> Iterator[Page]:
    """A second browser, for another person."""
    context = browser.new_context(base_url=product.url, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def invite(page: Page) -> str:
    """Invite somebody and return the link, which is shown because no mail is sent."""
    page.goto(f"{PANEL}/invitation/add/")
    page.locator("[name=email]").fill(INVITED)
    page.get_by_label("Starting credits").fill("20")
    page.get_by_role("button", name="Invite").click()
    return page.locator("#invitation-link").inner_text()


def accept(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("[name=username]").fill("nora")
    page.locator("[name=password1]").fill("a long and odd one")
    page.locator("[name=password2]").fill("a long and odd one")
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("#balance")).to_contain_text("20")


def give(page: Page, credits: int) -> None:
    page.goto(f"{PANEL}/user/?q=nora")
    page.get_by_role("link", name="nora", exact=True).click()
    page.get_by_role("link", name="Give or deduct credits").click()
    page.locator("[name=amount]").fill(str(credits))
    page.locator("[name=note]").fill("For the workshop")
    page.get_by_role("button", name="Preview changes").click()
    expect(page.locator("#credits-effects")).to_contain_text(str(20 + credits))
    page.locator("[name=confirm]").click()
    expect(page.locator(".messagelist")).to_contain_text(str(credits))


def test_the_first_day_of_an_administrator(page: Page, elsewhere: Page) -> None:
    sign_in(page)
    accept(elsewhere, invite(page))
    give(page, 30)

    elsewhere.reload()
    expect(elsewhere.locator("#balance")).to_contain_text("50")
    elsewhere.locator("#id_prompt").fill("A tram in the rain [fail]")
    elsewhere.locator("#generate").click()
    card = elsewhere.locator("#feed > li.card").first
    expect(card).to_have_attribute("data-status", "failed", timeout=CLIP)
    expect(elsewhere.locator("#balance")).to_contain_text("50")

    elsewhere.goto("/credits/")
    for words in ("For the workshop", re.compile("Clip failed: 16 credits returned")):
        expect(elsewhere.get_by_text(words).first).to_be_visible()

    page.goto(f"{PANEL}/entry/?q=nora")
    kinds = page.locator("#result_list .field-kind")
    expect(kinds).to_have_text(["Returned", "Reserved", "Granted", "Granted"])
    page.locator("#result_list .field-clip a").first.click()
    expect(page.locator(".field-cause")).to_contain_text("provider")
    page.get_by_role("button", name="Resubmit").click()
    expect(page.locator(".messagelist")).to_contain_text("1 clip")
