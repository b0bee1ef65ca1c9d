"""A new user's first clip. `invitation` in the desk folder is the mail they got."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.journeys.hand import Hand
from tests.browser.journeys.telling import Journey

FIRST_CLIP = Journey("A first clip")
CLIP = 240_000  # ms; the sandbox draws a real clip, and the machine may be slow.


def _examples(hand: Hand) -> Locator:
    return hand.page.locator("main [data-example]:visible")


@FIRST_CLIP.step(
    "Open the link in the mail.",
    sees="A page says who invites you, and that 40 credits come with it.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.follow((hand.desk / "invitation").read_text())
    expect(hand.page.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(hand.page.locator("main")).to_contain_text("40 credits")


@FIRST_CLIP.step(
    "Choose a name and a password, and press Create account.",
    sees="The studio: 40 credits at the top, an empty prompt, and beside it, on a phone right below it, three"
    " examples.",
    takes="3 fields, 1 click",
)
def _(hand: Hand) -> None:
    hand.write(hand.page.get_by_label("Username"), f"mira{hand.page.viewport_size['width']}")
    hand.write(hand.page.get_by_label("Password", exact=True), "a long and odd one")
    hand.write(hand.page.get_by_label("Confirm password"), "a long and odd one")
    hand.click(hand.page.get_by_role("button", name="Create account"))
    expect(hand.page.locator("#balance")).to_contain_text("40 credits")
    expect(hand.page.locator("#id_prompt")).to_have_value("")
    expect(_examples(hand)).to_have_count(3)
    expect(_examples(hand).last).to_be_in_viewport(ratio=1)


@FIRST_CLIP.step(
    "Click an example.",
    sees="Its words stand in the prompt, and the price on the button: 16 credits, 24 left after.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.click(_examples(hand).first)
    expect(hand.page.locator("#id_prompt")).to_have_value(re.compile("^A paper boat drifts"))
    expect(hand.page.locator("#id_prompt")).to_be_in_viewport()
    expect(hand.page.locator("#generate")).to_have_accessible_name("Generate · 16 credits")
    expect(hand.page.locator("#quote")).to_have_attribute("data-after", "24")


@FIRST_CLIP.step(
    "Open 720p and choose 480p.",
    sees="The same clip for half the credits: 8, 32 left after.",
    takes="2 clicks",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator("[data-setting=resolution] > summary"))
    hand.click(hand.page.locator(".segment", has_text="480p"))
    expect(hand.page.locator("#generate")).to_have_accessible_name("Generate · 8 credits")
    expect(hand.page.locator("#quote")).to_have_attribute("data-after", "32")


@FIRST_CLIP.step(
    "Press Generate.",
    sees="“Queued” under the button, a card in the clip's shape in the feed, and 32 credits at the top.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator("#generate"))
    expect(hand.page.get_by_role("link", name="Clip queued. You’ll see it in the feed.")).to_be_in_viewport()
    expect(hand.page.locator("#feed > li.card")).to_contain_text("A paper boat drifts")
    expect(hand.page.locator("#balance")).to_contain_text("32 credits")


@FIRST_CLIP.step(
    "On a phone, click “Queued. It appears in the feed.”",
    sees="The feed, which lies below the composer there.",
    takes="1 click",
    is_for_phones=True,
)
def _(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("link", name="Clip queued. You’ll see it in the feed."))
    expect(hand.page.locator("#feed > li.card .stage")).to_be_in_viewport(ratio=1)


@FIRST_CLIP.step(
    "Wait.",
    sees="The card tells how far it is, in percent and seconds, until it is the clip.",
    takes="nothing to do",
)
def _(hand: Hand) -> None:
    card = hand.page.locator("#feed > li.card")
    expect(card).to_be_in_viewport()
    expect(card).to_contain_text(re.compile(r"\d+ %"), timeout=CLIP)
    expect(card).to_contain_text(re.compile(r"\d:\d\d"))
    expect(card).to_have_attribute("data-status", "finished", timeout=CLIP)
    expect(card.locator(".stage-poster")).to_be_visible()


@FIRST_CLIP.step(
    "Click its picture.", sees="The clip on a page of its own, large, with all its settings.", takes="1 click"
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator("#feed > li.card .stage"))
    expect(hand.page.locator("#detail video")).to_be_in_viewport()
    expect(hand.page.locator("#detail .facts").first).to_contain_text("480p")


@FIRST_CLIP.step("Click the player.", sees="It plays, with its sound.", takes="1 click")
def _(hand: Hand) -> None:
    video = hand.page.locator("#detail video")
    hand.click(video)
    expect(video).to_have_js_property("paused", False)
    expect(video).to_have_js_property("muted", False)
    expect(video).to_have_js_property("videoWidth", 854)


@FIRST_CLIP.step(
    "Press Download.", sees="An MP4 is in the downloads, named by the clip's words.", takes="1 click"
)
def _(hand: Hand) -> None:
    button = hand.page.locator("#detail").get_by_role("link", name="Download", exact=True)
    name = hand.download(button, "clip.mp4")
    assert re.fullmatch(r"[\d-]{11}a-paper-boat-drifts[\w-]*\.mp4", name), name
    assert b"ftyp" in (hand.desk / "clip.mp4").read_bytes()[:16]


@FIRST_CLIP.step(
    "Open Credits.",
    sees="32 available, none held, 8 spent this month, and a line for every change.",
    takes="1 click",
)
def _(hand: Hand) -> None:
    hand.click(hand.page.locator(".rail").get_by_role("link", name="Credits"))
    expect(hand.page.locator(".sums dd")).to_have_text(["32", "0", "8"])
    expect(hand.page.locator(".ledger [data-change]")).to_have_text(["", "−8", "+40"])
