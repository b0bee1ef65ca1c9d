"""A journey: a list of steps, each with its sentence in docs/journeys.md."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.journeys.hand import Hand
from tests.browser.product import ROOT

# From this width in pixels on, the composer is beside the feed.
NARROW = 900
DOCUMENT = ROOT / "docs" / "journeys.md"


@dataclass(frozen=True)
class Step:
    """What the person does, what they then see, and how many actions it takes."""

    does: str
    sees: str
    takes: str
    is_for_phones: bool = False

    def __str__(self) -> str:
        return f"**{self.does}** {self.sees} *{self.takes}*"


@dataclass(frozen=True)
class Journey:
    """Steps in order; each is performed by the function it decorates."""

    title: str
    steps: list[Step] = field(default_factory=list)
    acts: list[Callable[[Hand], None]] = field(default_factory=list)

    def step(
        self, does: str, *, sees: str, takes: str, is_for_phones: bool = False
    ) -> Callable[[Callable[[Hand], None]], Callable[[Hand], None]]:
        def append(act: Callable[[Hand], None]) -> Callable[[Hand], None]:
            self.steps.append(Step(does, sees, takes, is_for_phones))
            self.acts.append(act)
            return act

        return append

    def drive(self, hand: Hand, *, pictures: Path | None) -> None:
        """Run every step, check its action count, and take screenshots if wanted."""
        width = hand.page.viewport_size["width"]
        for number, (step, act) in enumerate(zip(self.steps, self.acts, strict=True), 1):
            if step.is_for_phones and width >= NARROW:
                continue
            # Page modules have run once the page is loaded; nobody types faster.
            hand.page.wait_for_load_state()
            act(hand)
            assert hand.taken() == step.takes, step.does
            if pictures:
                hand.page.screenshot(path=pictures / f"{self.title} {width} {number:02d}.png")


def told(title: str) -> list[str]:
    """Return the steps of a journey as written in the document."""
    chapters = DOCUMENT.read_text().split("\n## ")
    [chapter] = [each for each in chapters if each.startswith(f"{title}\n")]
    lines = re.findall(r"^\d+\. (.+(?:\n   .+)*)", chapter, re.MULTILINE)
    return [re.sub(r"\s+", " ", line) for line in lines]
