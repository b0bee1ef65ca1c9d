"""A character: made from pictures of the library, used with one click, by name, and without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.person import Person
from tests.browser.product import Product
from tests.media import samples

pytestmark = pytest.mark.browser

NOTE = "Red raincoat"
MIRA = f"Mira ([Image1], [Image2]; {NOTE})"
MAKE = f"""
from generations.library.characters import CharacterForm, chosen_pictures
from generations.models import Asset, Character, User
admin = User.objects.get(username="admin")
Character.objects.all().delete()
named = dict(admin.assets.values_list("name", "pk"))
pictures = chosen_pictures(admin, [str(named[name]) for name in ("front", "side")])
form = CharacterForm({{"name": "Mira", "note": "{NOTE}"}}, user=admin, pictures=pictures)
assert form.is_valid() and form.save()
"""


@pytest.fixture(scope="module")
def pictures(product: Product) -> None:
    """Three pictures of the administrator; those of other tests may lie beside them."""
    for number, name in enumerate(("front", "side", "harbour")):
        Person(product).upload(f"{name}.png", samples.picture(size=(420 + number, 340)))


@pytest.fixture
def mira(product: Product, pictures: None) -> None:
    product.manage("shell", "-v0", "-c", MAKE)


@pytest.fixture
def fresh(signed_in: Page) -> Page:
    signed_in.evaluate("() => (localStorage.clear(), sessionStorage.clear())")
    signed_in.reload()
    return signed_in


@pytest.fixture
def plain(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def tiles(page: Page) -> Locator:
    return page.locator("#tray .tiles [data-tile]")


def asset(page: Page, name: str) -> Locator:
    return page.locator("li.asset", has=page.locator(".asset-name", has_text=re.compile(f"^{name}$")))


def test_two_pictures_become_a_character(fresh: Page, product: Product, pictures: None) -> None:
    page = fresh
    product.manage(
        "shell", "-v0", "-c", "from generations.models import Character; Character.objects.all().delete()"
    )
    page.goto("/library/?kind=image")
    expect(page.locator("#bulk")).to_be_hidden()
    asset(page, "side").hover()
    asset(page, "side").locator(".card-select input").click()
    # While something is selected, the whole picture is the checkbox.
    asset(page, "front").locator(".asset-face").click(force=True)
    expect(page.locator(".card-select :checked")).to_have_count(2)
    page.locator("#bulk").get_by_role("button", name="Make a character").click()
    expect(page.locator("#id_name")).to_be_focused()
    page.locator("#id_name").fill("Mira")
    page.locator("#id_note").fill(NOTE)
    names = page.locator(".pose-name")
    first, second = names.all_text_contents()
    assert {first, second} == {"front", "side"}
    page.get_by_role("button", name=f"Move right: {first}").click()
    expect(names).to_have_text([second, first])
    expect(page.get_by_role("button", name=f"Move right: {first}")).to_be_focused()
    expect(page.locator("#id_note")).to_have_value(NOTE)
    page.get_by_role("button", name="Make character").click()
    card = page.locator('[data-character="Mira"]')
    expect(card).to_contain_text("2 pictures")
    card.get_by_role("link", name="Mira", exact=True).click()
    expect(page.locator(".pose-name")).to_have_text([second, first])

    page.get_by_role("button", name=f"Remove: {second}").click()
    expect(page.get_by_role("button", name=f"Remove: {first}")).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(card).to_contain_text("1 picture")
    card.get_by_role("link", name="Mira", exact=True).click()
    page.get_by_role("button", name="Delete character").first.click()
    page.locator("#delete-character").get_by_role("button", name="Delete character").click()
    expect(card).to_have_count(0)
    expect(asset(page, "front")).to_be_visible()


def test_one_click_brings_all_pictures(fresh: Page, mira: None) -> None:
    page = fresh
    page.locator(".adders [data-pick-for]").click()
    page.locator("#picker .cast-chip", has_text="Mira").click()
    expect(tiles(page)).to_have_count(2)
    expect(page.locator("#picker")).to_be_hidden()
    expect(page.locator("#id_prompt")).to_have_value(MIRA)
    expect(page.locator("#id_prompt")).to_be_focused()
    page.locator(".adders [data-pick-for]").click()
    page.locator("#picker .cast-chip", has_text="Mira").click()
    expect(page.locator("#picker")).to_be_hidden()
    expect(page.locator("#tray-said")).to_have_text("Mira added.")
    expect(page.locator("#id_prompt")).to_have_value(MIRA)


def test_an_at_sign_brings_it_by_name(fresh: Page, mira: None) -> None:
    page = fresh
    prompt = page.locator("#id_prompt")
    prompt.press_sequentially("Rain falls on @mir")
    option = page.get_by_role("listbox").get_by_role("option")
    expect(option).to_have_text([re.compile(r"Mira\s+2 pictures")])
    prompt.press("Enter")
    expect(prompt).to_have_value(f"Rain falls on {MIRA}")
    expect(tiles(page)).to_have_count(2)


def test_use_in_the_library_adds_it_to_the_draft(fresh: Page, mira: None) -> None:
    page = fresh
    page.locator(".adders [data-pick-for]").click()
    page.locator("#picker .pick", has_text="harbour").first.click()
    expect(tiles(page)).to_have_count(1)
    page.locator("#picker").get_by_role("button", name="Done").click()
    page.locator("#id_prompt").fill("In [Image1] waits")
    page.goto("/library/")
    page.locator('[data-character="Mira"]').get_by_role("link", name="Use Mira").click()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator("#id_prompt")).to_have_value(f"In [Image1] waits Mira ([Image2], [Image3]; {NOTE})")
    expect(page).to_have_url(re.compile("/$"))
    page.reload()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator("#id_prompt")).to_have_value(re.compile(r"^[^;]*;[^;]*$"))


def test_it_is_made_and_used_without_script(plain: Page, mira: None) -> None:
    page = plain
    sign_in(page)
    page.locator("#id_prompt").fill("Rain on")
    page.locator(".adders [data-pick-for]").click()
    page.locator(".cast-chip", has_text="Mira").click()
    expect(tiles(page)).to_have_count(2)
    expect(page.locator("#id_prompt")).to_have_value(f"Rain on {MIRA}")
    page.goto("/library/?kind=image")
    asset(page, "harbour").locator(".card-select input").check()
    page.locator("#bulk").get_by_role("button", name="Make a character").click()
    page.locator("#id_name").fill("mira")
    page.get_by_role("button", name="Make character").click()
    expect(page.locator("#error-name")).not_to_be_empty()
    page.locator("#id_name").fill("Harbour")
    page.get_by_role("button", name="Make character").click()
    expect(page.locator('[data-character="Harbour"]')).to_contain_text("1 picture")
