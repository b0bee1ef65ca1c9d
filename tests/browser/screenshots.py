"""Take the README's screenshots: start the product, make clips, open the pages."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, sign_in
from tests.browser.product import ROOT, Product

PROMPTS = [
    ("A lighthouse in a storm at dusk, waves breaking over the rocks", "16:9"),
    ("Cherry blossom drifting over a quiet canal, slow dolly forward", "9:16"),
    ("Northern lights above a frozen lake, time-lapse, wide lens", "21:9"),
    ("A hot-air balloon rising through morning fog over rolling hills", "1:1"),
    ("Desert dunes at golden hour, a lone rider crossing the ridge", "16:9"),
    ("Bioluminescent waves under the Milky Way [slow]", "16:9"),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        product = Product(Path(folder))
        product.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            base_url=product.url, viewport={"width": 1440, "height": 900}, color_scheme="dark"
        )
        page = context.new_page()
        sign_in(page)
        page.goto("/")
        for prompt, ratio in PROMPTS:
            _generate(page, prompt, ratio)
        expect(page.locator("li.card[data-status=finished]")).to_have_count(len(PROMPTS) - 1, timeout=300_000)
        page.wait_for_timeout(1000)
        page.screenshot(path=ROOT / "docs" / "studio.png")
        page.locator("li.card[data-status=finished] .card-prompt a").last.click()
        page.wait_for_timeout(1500)
        page.screenshot(path=ROOT / "docs" / "clip.png")
        browser.close()
        product.stop()


def _generate(page: Page, prompt: str, ratio: str) -> None:
    cards = page.locator("#feed > li.card").count()
    page.locator("#id_prompt").fill(prompt)
    page.locator(f"input[name=aspect_ratio][value='{ratio}']").evaluate("input => input.click()")
    page.get_by_role("button", name=re.compile("^Generate")).click()
    expect(page.locator("#feed > li.card")).to_have_count(cards + 1)


if __name__ == "__main__":
    main()
