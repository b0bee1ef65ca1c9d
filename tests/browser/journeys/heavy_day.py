"""A day of a user with 5,000 clips."""

import re
import zipfile

from playwright.sync_api import Locator, expect

from tests.browser.journeys.hand import Hand
from tests.browser.journeys.telling import Journey
from tests.browser.product import PASSWORD

HEAVY_DAY = Journey("A day with 5,000 clips")
CLIP = 240_000  # ms
NEXT = "The heron lifts off and flies towards the sun"


def _cards(hand: Hand) -> Locator:
    return hand.page.locator("#feed > li.card")


def _button(hand: Hand, name: str, *, within: str = "main") -> Locator:
    return hand.page.locator(within).get_by_role("button", name=name, exact=True)


@HEAVY_DAY.step(
    "Sign in, and open the gallery.",
    sees="More than 1,000 clips, the newest first; 1,000 credits at the top.",
    takes="2 fields, 3 clicks",
)
def _(hand: Hand) -> None:
    hand.follow("/")
    hand.write(hand.page.locator("[name=login]"), "jun")
    hand.write(hand.page.locator("[name=password]"), PASSWORD)
    hand.click(hand.page.get_by_role("button", name="Sign in", exact=True))
    hand.click(hand.page.locator(".rail").get_by_role("link", name="Gallery"))
    expect(hand.page.locator("#total")).to_have_text(re.compile("More than 1,000 clips"))
    expect(hand.page.locator("#balance")).to_contain_text("1,000 credits")


@HEAVY_DAY.step(
    "Press / and type “heron reeds dusk”.",
    sees="While you type, the gallery shows those that match: 20 clips.",
    takes="1 field, 1 key",
)
def _(hand: Hand) -> None:
    hand.press("/")
    hand.write(hand.page.locator("*:focus"), "heron reeds dusk")
    expect(hand.page.locator("#total")).to_have_text(re.compile("20 clips"))
    expect(_cards(hand).first).to_contain_text("heron")


@HEAVY_DAY.step(
    "Click the heart of the best.",
    sees="The heart is full.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    heart = _cards(hand).nth(1).get_by_role("button", name="Favourite")
    hand.click(heart)
    expect(heart).to_have_attribute("aria-pressed", "true")


@HEAVY_DAY.step(
    "Press Select, click the first, shift-click the tenth.",
    sees="A bar says “10 selected”, and what can be done with them.",
    takes="3 clicks",
)
def _(hand: Hand) -> None:
    hand.click(_button(hand, "Select"))
    hand.click(_cards(hand).first.locator(".stage"))
    hand.page.keyboard.down("Shift")
    hand.click(_cards(hand).nth(9).locator(".stage"))
    hand.page.keyboard.up("Shift")
    expect(hand.page.locator("[data-selected]")).to_have_text("10 selected")


@HEAVY_DAY.step(
    "Press Collect, type a name, and Enter.",
    sees="A note that ten clips are in “Herons”, and nothing is selected any more.",
    takes="1 field, 1 key, 1 click",
)
def _(hand: Hand) -> None:
    hand.click(_button(hand, "Add to collection"))
    hand.write(hand.page.get_by_label("New collection"), "Herons")
    hand.press("Enter")
    expect(hand.page.locator("#messages")).to_contain_text(re.compile("10 clips.*Herons"))
    expect(hand.page.locator("#bulk")).to_be_hidden()
    expect(_cards(hand).nth(1).get_by_role("button", name="Favourite")).to_have_attribute(
        "aria-pressed", "true"
    )


@HEAVY_DAY.step(
    "Open the best, and press Extend.",
    sees="The studio, with its last frame as the first frame, its settings, and its words to be changed.",
    takes="2 clicks",
)
def _(hand: Hand) -> None:
    hand.click(_cards(hand).nth(1).locator(".stage"))
    hand.click(_button(hand, "Extend"))
    expect(hand.page.locator("[data-slot=start_image] .tile")).to_be_visible()
    expect(hand.page.locator("#id_prompt")).to_have_value(re.compile("^The heron .* in the reeds"))
    expect(hand.page.locator("#generate")).to_have_accessible_name("Generate · 4 credits")


@HEAVY_DAY.step(
    "Write what happens next, and press Generate.",
    sees="Its card, on top of the feed; 996 credits; soon the clip.",
    takes="1 field, 1 click",
)
def _(hand: Hand) -> None:
    hand.write(hand.page.locator("#id_prompt"), NEXT)
    hand.click(hand.page.locator("#generate"))
    expect(_cards(hand).first).to_contain_text(NEXT)
    expect(hand.page.locator("#balance")).to_contain_text("996 credits")
    expect(_cards(hand).first).to_have_attribute("data-status", "finished", timeout=CLIP)


@HEAVY_DAY.step(
    "In the menu of its card, choose Make variations.",
    sees="The same recipe, to be made four times with other seeds: “Generate 4 takes · 16 credits”.",
    takes="2 clicks",
)
def _(hand: Hand) -> None:
    hand.click(_cards(hand).first.get_by_role("button", name="More actions for this clip"))
    hand.click(hand.page.get_by_role("link", name="Make variations"))
    expect(hand.page.locator("#generate")).to_have_accessible_name("Generate 4 takes · 16 credits")
    expect(hand.page.locator("#id_prompt")).to_have_value(NEXT)
    expect(hand.page.locator("#id_seed")).to_have_value("")


@HEAVY_DAY.step(
    "Press Generate.",
    sees="One card, with “0 of 4 takes” on it; 980 credits; soon “4 takes”.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator("#generate"))
    expect(hand.page.locator("#balance")).to_contain_text("980 credits")
    stack = _cards(hand).first.locator("a.stack-button")
    expect(stack).to_contain_text("of 4 takes")
    expect(stack).to_have_text(re.compile(r"^\s*4 takes\s*$"), timeout=CLIP)


@HEAVY_DAY.step(
    "Open the stack and its third take, and press Keep only this.",
    sees="“3 clips in the trash.”, with Undo beside it.",
    takes="3 clicks",
)
def _(hand: Hand) -> None:
    hand.click(_cards(hand).first.locator("a.stack-button"))
    expect(_cards(hand).nth(2)).to_contain_text("take 3 of 4")
    hand.click(_cards(hand).nth(2).locator(".stage"))
    hand.click(_button(hand, "Keep only this take"))
    expect(hand.page.locator("#messages")).to_contain_text("3 clips")
    expect(hand.page.get_by_role("button", name="Undo")).to_be_visible()


@HEAVY_DAY.step("Press Download.", sees="The take is an MP4 in the downloads.", takes="1 click")
def _(hand: Hand) -> None:
    hand.download(hand.page.locator("#detail").get_by_role("link", name="Download", exact=True), "kept.mp4")


@HEAVY_DAY.step(
    "Open the collection “Herons”, select all, and press Download.",
    sees="One zip with the ten clips, each named by its words.",
    takes="6 clicks",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator(".rail").get_by_role("link", name="Gallery"))
    hand.click(hand.page.get_by_role("link", name="Collections", exact=True))
    hand.click(hand.page.get_by_role("link", name=re.compile(r"Herons.*10 clips", re.DOTALL)))
    hand.click(_button(hand, "Select"))
    hand.click(_button(hand, "Select all"))
    hand.download(_button(hand, "Download", within="#bulk"), "herons.zip")
    with zipfile.ZipFile(hand.desk / "herons.zip") as opened:
        assert opened.testzip() is None
        videos = [name for name in opened.namelist() if name.endswith(".mp4")]
    assert len(videos) == 10
    assert all("heron" in name for name in videos)


@HEAVY_DAY.step(
    "In the studio, begin something else; then drop the kept MP4 on it.",
    sees="Everything is back: words, first frame, settings and seed, as a single take for 4 credits; a button would"
    " make a reference video of it instead.",
    takes="1 field, 1 drop, 3 clicks",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator(".rail").get_by_role("link", name="New"))
    hand.write(hand.page.locator("#id_prompt"), "Something else")
    hand.click(hand.page.locator("[data-setting=resolution] > summary"))
    hand.click(hand.page.locator(".segment", has_text="720p"))
    hand.drop("kept.mp4")
    expect(_button(hand, "Use as reference video instead")).to_be_visible()
    expect(hand.page.locator("#id_prompt")).to_have_value(NEXT)
    expect(hand.page.locator("[data-slot=start_image] .tile")).to_be_visible()
    expect(hand.page.locator("#tray .tiles [data-tile]")).to_have_count(0)
    expect(hand.page.locator("#id_duration")).to_have_value("4")
    expect(hand.page.locator("input[name=resolution]:checked")).to_have_value("480p")
    expect(hand.page.locator("#id_seed")).to_have_value(re.compile(r"^\d+$"))
    expect(hand.page.locator("#generate")).to_have_accessible_name("Generate · 4 credits")


@HEAVY_DAY.step(
    "Click the balance.",
    sees="980 available, none held; the five clips of the day, 4 credits each.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator("#balance"))
    expect(hand.page.locator(".sums dd").nth(0)).to_have_text("980")
    expect(hand.page.locator(".sums dd").nth(1)).to_have_text("0")
    changes = hand.page.locator(".ledger [data-kind=hold] [data-change]").all_inner_texts()
    assert changes[:5] == ["−4"] * 5
