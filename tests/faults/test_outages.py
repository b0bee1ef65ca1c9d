"""A provider that is down, or asks for patience: few calls, no call too early, and everything finishes later."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.person import Person
from tests.faults.lab import Lab, judge, read_books, wait_until
from tests.faults.provider import Provider
from tests.faults.report import note

pytestmark = pytest.mark.slow

CLIPS = 40
LASTS = 45.0


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, USER_IN_FLIGHT="50", STUDIO_IN_FLIGHT="50", LOG_LEVEL="INFO")
    lab.start()
    yield lab
    lab.stop()


def _ask_for_clips(lab: Lab) -> Person:
    person = Person(lab)
    for number in range(CLIPS // 8):
        person._post("/generations/", prompt=f"A fox, {number}", duration="4", resolution="480p", takes="8")
    return person


def _wait_for_the_end(lab: Lab) -> float:
    """Seconds until every clip is finished."""
    return wait_until(
        lambda: all(each["status"] == "finished" for each in read_books(lab)["clips"]), patience=300
    )


def test_an_outage_makes_few_retries_and_everything_finishes_later(lab: Lab) -> None:
    """Bar 16."""
    provider = Provider(lab)
    provider.fault("*", status=503, body={"error": "Service unavailable"})
    person = _ask_for_clips(lab)
    began = time.monotonic()
    slowest = 0.0
    while time.monotonic() - began < LASTS:
        asked = time.monotonic()
        person.clips()
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(1)
    during = len(provider.calls())
    provider.clear()
    healed = _wait_for_the_end(lab)
    judge(lab)
    share = provider.retry_share()
    print(f"{during} calls in {LASTS:.0f} s of outage, retries {share:.0%} of all calls")
    print(f"slowest page {slowest:.2f} s")
    note(f"provider answers 503 for {LASTS:.0f} s, {CLIPS} clips waiting", healed)
    assert share <= 0.2
    assert during < 30


def test_nobody_calls_within_a_retry_after(lab: Lab) -> None:
    """Bar 15."""
    provider = Provider(lab)
    provider.fault("generate", status=429, headers={"Retry-After": "5"}, body={"error": "Slow down"})
    _ask_for_clips(lab)
    time.sleep(LASTS)
    provider.clear()
    healed = _wait_for_the_end(lab)
    judge(lab)
    gaps = provider.gaps_after(429)
    # A call that another slot had sent before the answer was read cannot be called back.
    on_the_way = [gap for gap in gaps if gap < 1]
    kept = [gap for gap in gaps if gap >= 1]
    print(f"{len(gaps)} throttled calls in {LASTS:.0f} s, {len(on_the_way)} met while another was on its way")
    print(f"shortest gap {min(kept):.2f} s")
    print(f"retries {provider.retry_share():.0%} of all calls")
    note(f"provider answers 429 with Retry-After 5 for {LASTS:.0f} s, {CLIPS} clips waiting", healed)
    assert min(kept) >= 5
    assert len(on_the_way) <= 1
