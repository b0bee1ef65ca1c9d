"""People who click at once, each every two seconds on average, on the database of FAULTS_ON.

Web, worker and sandbox run as after `make run`. With one person an answer takes as long as the machine needs; with
more, what they wait for each other is added.
"""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import requests

from tests.bench import report
from tests.browser.person import Person
from tests.faults.database import ON
from tests.faults.lab import Lab
from tests.faults.report import NAMES

CROWDS = (1, 50, 100)
SECONDS = 60
THINKS = (1.0, 3.0)
# What people do, as often as it is named.
CLICKS = [
    "feed",
    "feed",
    "feed",
    "gallery",
    "gallery",
    "search",
    "clip",
    "quote",
    "quote",
    "credits",
    "generate",
]
PATHS = {
    "feed": "/generations/updates/",
    "gallery": "/gallery/",
    "search": "/gallery/?q=fox",
    "credits": "/credits/",
}
FORM = {"prompt": "A fox in the snow", "duration": "4", "resolution": "480p", "aspect_ratio": "16:9"}
MAKE_PEOPLE = f"""
from generations.credits import ledger
from generations.models import User
from tests.browser.product import PASSWORD
for number in range({max(CROWDS)}):
    user = User.objects.create_user(f"person{{number}}", f"person{{number}}@example.org", PASSWORD)
    ledger.grant(user, 10_000, actor=user, note="To click with", key="clicks")
"""


@dataclass
class Answers:
    """Seconds of each answer, and how many were a refusal, an error, or none at all."""

    seconds: list[float]
    errors: int = 0

    @property
    def p50(self) -> float:
        return quantiles(self.seconds, n=100)[49]

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=100)[94]


class Clicker(Person):
    """One person, who clicks until a moment."""

    def click(self, until: float, answers: Answers, seed: int) -> None:
        choice = random.Random(seed)
        clips: list[str] = []
        while time.monotonic() < until:
            time.sleep(choice.uniform(*THINKS))
            what = choice.choice(CLICKS)
            began = time.monotonic()
            try:
                if what in ("quote", "generate"):
                    token = {"csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
                    path = "/generations/quote/" if what == "quote" else "/generations/"
                    answer = self._session.post(f"{self._url}{path}", FORM | token, timeout=60)
                elif what == "clip" and clips:
                    answer = self.get(f"/generations/{choice.choice(clips)}/")
                else:
                    answer = self.get(PATHS.get(what, PATHS["gallery"]))
                answers.errors += answer.status_code >= 400
            except requests.RequestException:
                answers.errors += 1
            answers.seconds.append(time.monotonic() - began)
            if what == "gallery":
                clips = list(self.clips())


def main() -> None:
    """Write how long people wait for a page, the more of them click."""
    with TemporaryDirectory() as folder, Lab(Path(folder)) as lab:
        lab.start()
        lab.manage("shell", "--no-imports", "-c", MAKE_PEOPLE)
        people = [Clicker(lab, name=f"person{number}") for number in range(max(CROWDS))]
        found = {count: _click(people[:count]) for count in CROWDS}
        lab.stop()
    report.put(f"{NAMES[ON].partition(',')[0]}, people", _lines(found))


def _click(people: list[Clicker]) -> Answers:
    answers, until = Answers([]), time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=person.click, args=(until, answers, number))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _lines(found: dict[int, Answers]) -> Iterator[str]:
    pace = f"each clicks every {sum(THINKS) / 2:g} s for {SECONDS} s, every eleventh time on Generate"
    yield f"{report.machine()}; {pace}."
    yield ""
    yield "| people | answers | errors | half within | 95 % within | of one person's |"
    yield "|--:|--:|--:|--:|--:|--:|"
    alone = found[min(found)]
    for count, answers in found.items():
        shown = [
            f"{len(answers.seconds):,}",
            f"{answers.errors}",
            f"{1000 * answers.p50:.0f} ms",
            f"{1000 * answers.p95:.0f} ms",
            f"{answers.p95 / alone.p95:.1f} ×",
        ]
        yield f"| {count} | {' | '.join(shown)} |"
