"""Nothing moves by itself: no layout shift counts towards CLS."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.person import Person
from tests.browser.product import Product

pytestmark = pytest.mark.browser

CLIP = 240_000  # ms
CLIPS = 70
# CLS ignores shifts within 500 ms of a click or key press, but not those while scrolling.
WATCH = """
window.shifts = [];
const nameOf = ({ node }) => node?.outerHTML?.slice(0, 90) ?? node?.textContent ?? "gone";
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, startTime, sources } of list.getEntries()) {
    if (!hadRecentInput) window.shifts.push({ value, at: Math.round(startTime), moved: sources.map(nameOf) });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Real clips in every aspect ratio.
COPIES = f"""
from datetime import timedelta
from itertools import cycle
from uuid import uuid4
from generations.models import Generation
plain = [each.name for each in Generation._meta.concrete_fields if each.name not in ("id", "cost")]
for number, made in zip(range({CLIPS}), cycle(Generation.objects.filter(prompt__startswith="Model"))):
    copy = Generation(**{{name: getattr(made, name) for name in plain}})
    copy.submission, copy.job_id, copy.prompt = uuid4(), str(uuid4()), f"Copy {{number}} of a clip"
    copy.save()
    Generation.objects.filter(pk=copy.pk).update(created_at=made.created_at - timedelta(hours=number + 1))
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("shifts"))
    running.start()
    person = Person(running)
    models = [
        person.generate(f"Model {ratio}", aspect_ratio=ratio) for ratio in ("16:9", "9:16", "3:4", "21:9")
    ]
    models.append(person.generate("Model [fail]"))
    for model in models[:-1]:
        person.wait_for(model, "finished")
    person.wait_for(models[-1], "failed")
    running.manage("shell", "-c", COPIES)
    yield running
    running.stop()


@pytest.fixture(params=[1440, 390])
def watched(context: BrowserContext, page: Page, request: pytest.FixtureRequest) -> Page:
    page.set_viewport_size({"width": request.param, "height": 844})
    sign_in(page)
    context.add_init_script(WATCH)
    return page


def _shifts(page: Page) -> list[dict[str, object]]:
    """Return the shifts the browser counts, after waiting briefly for late ones."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)
    return page.evaluate("window.shifts")  # type: ignore[no-any-return]


@pytest.mark.parametrize("ratio", ["16:9", "9:16"])
def test_a_new_clip_in_the_feed_moves_nothing_else(watched: Page, ratio: str) -> None:
    watched.goto("/")
    watched.locator("#id_prompt").fill(f"A heron in {ratio}")
    watched.locator(f"input[name=aspect_ratio][value='{ratio}']").evaluate("input => input.click()")
    watched.wait_for_load_state("networkidle")
    watched.get_by_role("button", name=re.compile("^Generate")).click()
    card = watched.locator("#feed > li.card", has_text=f"A heron in {ratio}").first
    expect(card).to_have_attribute("data-status", "running", timeout=CLIP)
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)
    assert _shifts(watched) == []


def test_a_clip_made_elsewhere_waits_for_a_click(watched: Page, product: Product) -> None:
    person = Person(product)
    person.generate("Under way [slow]")
    watched.goto("/")
    expect(watched.locator("#feed > li.card").first).to_contain_text("Under way")
    made = person.generate("Made in another tab")
    tells = watched.get_by_role("link", name="1 new clip")
    expect(tells).to_be_visible()
    assert _shifts(watched) == []
    tells.click()
    expect(watched.locator("#feed > li.card").first).to_have_id(f"card-{made}")
    expect(tells).to_have_count(0)


def test_scrolling_the_gallery_shifts_nothing(watched: Page) -> None:
    watched.goto("/gallery/")
    while watched.locator("#feed-more").count() or not watched.evaluate(
        "scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
    ):
        watched.evaluate("scrollBy(0, 500)")
        watched.wait_for_timeout(60)
    assert watched.locator("#feed > li.card").count() > CLIPS
    assert _shifts(watched) == []


@pytest.mark.parametrize("path", ["/", "/gallery/", "/library/", "/credits/", "/trash/"])
def test_a_page_does_not_shift_while_loading(watched: Page, path: str) -> None:
    watched.goto(path)
    assert _shifts(watched) == []


def test_a_clips_page_does_not_shift_while_loading(watched: Page) -> None:
    watched.goto("/gallery/?status=finished")
    watched.goto(watched.locator(".card-prompt a").first.get_attribute("href") or "")
    assert _shifts(watched) == []
