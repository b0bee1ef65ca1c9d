"""axe-core on every page and state, at two widths and in both themes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import Product, StillProduct
from tests.browser.settings_row import set_duration

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
# At each width every rule, in one theme; what depends on colours in the other theme too.
CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS = [(1440, "dark", {}), (1440, "light", CONTRAST), (390, "light", {}), (390, "dark", CONTRAST)]
ADDRESSES = [
    "/",
    "/gallery/",
    "/gallery/?q=nothing+like+this",
    "/gallery/?favourite=on",
    "/collections/",
    "/trash/",
    "/library/",
    "/library/characters/new/",
    "/library/?trash=1",
    "/credits/",
    "/preferences/",
    "/accounts/password/change/",
    "/accounts/security/",
    "/accounts/security/totp/activate/",
    "/accounts/security/webauthn/add/",
    "/accounts/reauthenticate/",
    "/accounts/email/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/nowhere/",
    "/admin/people/",
    "/admin/people/?person=1",
    "/admin/credit-requests/",
    "/admin/spending/",
    "/admin/configuration/",
    "/admin/generations/user/",
    "/admin/generations/generation/",
    "/admin/generations/entry/",
    "/admin/generations/invitation/",
    "/admin/generations/asset/",
    "/admin/generations/group/",
    "/admin/generations/group/add/",
    "/admin/generations/caps/add/",
    "/admin/generations/user/add/",
    "/admin/operations/",
    "/guide/",
]
MAKE = "from tests.browser.world import make_world; print(make_world())"
RUN = "options => axe.run(document, options).then((found) => found.violations)"
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
# Only an icon labels Django's search field: discouraged, but no violation of the standard.
PANEL_OPTIONS = {**OPTIONS, "rules": {"label-title-only": {"enabled": False}}}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = StillProduct(tmp_path_factory.mktemp("still"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def world(product: Product) -> dict[str, str]:
    """URLs of what is in it, by name."""
    return json.loads(product.manage("shell", "-v0", "-c", MAKE).splitlines()[-1])


@pytest.fixture
def page(context: BrowserContext, world: dict[str, str]) -> Page:
    opened = context.new_page()
    sign_in(opened)
    return opened


@pytest.fixture(scope="module")
def reader(browser: Browser, product: Product, world: dict[str, str]) -> Iterator[Page]:
    """One page for all tests that only open addresses."""
    with _context(browser, product) as opened:
        page = opened.new_page()
        sign_in(page)
        yield page


@pytest.fixture
def stranger(context: BrowserContext) -> Page:
    """A page without a signed-in user."""
    return context.new_page()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    with _context(browser, product) as opened:
        yield opened


@contextmanager
def _context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` takes it from npm where npm is")
    with browser.new_context(base_url=product.url, reduced_motion="reduce") as opened:
        opened.add_init_script(path=AXE)
        yield opened


def violations(page: Page) -> list[str]:
    """Return axe's findings, one line each: rule, theme and width, elements."""
    found = []
    rules = PANEL_OPTIONS if "/admin/" in page.url else OPTIONS
    for width, theme, some in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for each in page.evaluate(RUN, {**rules, **some}):
            where = "; ".join(node["html"][:160] for node in each["nodes"][:3])
            found.append(f"{each['id']} at {width} px, {theme}: {each['help']}: {where}")
    return found


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"])
def test_the_sign_in_page(stranger: Page, address: str) -> None:
    stranger.goto(address)
    assert violations(stranger) == []


def test_a_refused_sign_in(stranger: Page) -> None:
    stranger.goto("/accounts/login/")
    stranger.locator("[name=login]").fill("admin")
    stranger.locator("[name=password]").fill("wrong")
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    stranger.locator("[role=alert]").first.wait_for()
    assert violations(stranger) == []


def test_an_invitation(stranger: Page, world: dict[str, str]) -> None:
    stranger.goto(world["invitation"])
    assert violations(stranger) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page(reader: Page, address: str) -> None:
    reader.goto(address)
    assert violations(reader) == []


@pytest.mark.parametrize("state", ["queued", "running", "fetching", "finished", "failed", "cancelled"])
def test_a_clip(reader: Page, world: dict[str, str], state: str) -> None:
    reader.goto(world[state])
    for each in reader.locator("main details").all():
        each.evaluate("details => { details.open = true }")
    assert violations(reader) == []


@pytest.mark.parametrize("kind", ["image", "video", "audio", "character"])
def test_a_library_file(reader: Page, world: dict[str, str], kind: str) -> None:
    reader.goto(world[kind])
    assert violations(reader) == []


def _type_too_much(page: Page) -> None:
    page.evaluate("document.querySelectorAll('#composer details').forEach((each) => { each.open = true })")
    page.locator("#id_prompt").fill("A fox " * 700)
    set_duration(page, "99")
    page.locator("#error-duration:not(:empty)").wait_for()


def _price(page: Page) -> None:
    page.locator("#id_prompt").fill("A fox looks at [Image2]")
    page.locator("#generate", has_text="credits").wait_for()


def _open(selector: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.locator(selector).first.click()

    return press


def _card_menu(page: Page) -> None:
    page.locator(".card [popovertarget]").first.click()
    page.locator("#card-menu .menu-item").first.wait_for()


def _select(page: Page) -> None:
    page.locator(".card").first.hover()
    page.locator(".card-select input").first.click()
    page.locator("#bulk").wait_for()


def _select_a_picture(page: Page) -> None:
    page.locator(".asset .card-select input").first.check(force=True)
    page.locator("#bulk").wait_for()


def _picker(page: Page) -> None:
    page.locator(".adders [data-pick-for]").click()
    page.locator("#picker .cast-chip").first.wait_for()


@pytest.mark.parametrize(
    ("address", "prepare"),
    [
        ("/", _type_too_much),
        ("/", _price),
        ("/", _open("[popovertarget=menu]")),
        ("/", _card_menu),
        ("/", lambda page: page.keyboard.press("?")),
        ("/gallery/", _open(".filters-more summary")),
        ("/gallery/", _select),
        ("/library/", _select_a_picture),
        ("/", _picker),
    ],
    ids=["errors", "price", "menu", "card-menu", "keys", "filters", "selection", "pictures", "picker"],
)
def test_a_state(page: Page, address: str, prepare: Callable[[Page], None]) -> None:
    page.goto(address)
    prepare(page)
    assert violations(page) == []


def test_reduced_motion_stops_all_animation(page: Page) -> None:
    page.goto("/")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0


def overflow(page: Page) -> int:
    """Return by how many pixels the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("address", [each for each in ADDRESSES if not each.startswith("/admin/")])
def test_a_page_fits_a_small_phone_and_large_text(reader: Page, address: str) -> None:
    reader.goto(address)
    reader.set_viewport_size({"width": 360, "height": 740})
    on_a_phone = overflow(reader)
    # At 200 % zoom a 1280 px window has 640 CSS pixels.
    reader.set_viewport_size({"width": 640, "height": 400})
    enlarged = overflow(reader)
    reader.set_viewport_size({"width": 1280, "height": 800})
    reader.evaluate("document.documentElement.style.fontSize = '200%'")
    assert (on_a_phone, enlarged, overflow(reader)) == (0, 0, 0)


def test_typing_a_question_mark_does_not_open_the_shortcuts(page: Page) -> None:
    page.goto("/")
    page.locator("#id_prompt").press_sequentially("Who?")
    assert page.locator("#id_prompt").input_value() == "Who?"
    assert page.locator("#keys").is_hidden()


def test_a_finished_clip_is_announced_to_screen_readers(page: Page, world: dict[str, str]) -> None:
    page.goto("/")
    clip = {"id": world["finished"].split("/")[2], "status": "finished"}
    page.evaluate(
        "clip => document.body.dispatchEvent(new CustomEvent('generation-ended', "
        "{bubbles: true, detail: {clips: [clip]}}))",
        clip,
    )
    expect(page.locator("[data-said]")).to_have_text("Your clip is finished: A finished fox in the snow")


def test_the_people_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/people/")
    expect(page.locator("[data-person] td >> nth=-1")).to_be_visible()
    table = page.locator(".page-table[data-cards]")
    assert table.evaluate("table => table.scrollWidth - table.clientWidth") == 0
