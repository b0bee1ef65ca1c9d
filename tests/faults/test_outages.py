"""A provider that is down, or asks for patience: few calls, no call too early, and everything finishes later."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.person import Person
from tests.faults.lab import Lab
from tests.faults.provider import Provider
from tests.faults.rounds import Healing

pytestmark = [pytest.mark.slow, pytest.mark.lab]

CLIPS = 40
WORKERS = 8
# Of a throttle; of an outage in minutes.
LASTS = 45.0
OUTAGES = (3, 10)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(
        tmp_path, USER_IN_FLIGHT="50", STUDIO_IN_FLIGHT="50", WORKERS_LIGHT=str(WORKERS), LOG_LEVEL="INFO"
    )
    lab.start()
    yield lab
    lab.stop()


def _ask_for_clips(lab: Lab) -> Person:
    person = Person(lab)
    for number in range(CLIPS // 8):
        person._post("/generations/", prompt=f"A fox, {number}", duration="4", resolution="480p", takes="8")
    return person


def _wait_for_the_end(lab: Lab) -> Healing:
    return lab.heal(lambda: {each.status for each in lab.books().clips} == {"finished"}, patience=300)


@pytest.mark.parametrize("minutes", OUTAGES)
def test_an_outage_makes_few_retries_and_everything_finishes_later(lab: Lab, minutes: int) -> None:
    """Bar 16."""
    provider = Provider(lab)
    provider.fault("*", status=503, body={"error": "Service unavailable"})
    person = _ask_for_clips(lab)
    began = time.monotonic()
    slowest = 0.0
    while time.monotonic() - began < 60 * minutes:
        asked = time.monotonic()
        person.clips()
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(1)
    during = len(provider.calls())
    provider.clear()
    healed = _wait_for_the_end(lab)
    share = provider.retry_share()
    measured = f"{during} calls in the outage, retries {share:.0%} of all, slowest page {slowest:.1f} s"
    seen = "the gate closes, probes are few; then clips start slowly"
    lab.note(
        f"provider answers 503 for {minutes} minutes, {CLIPS} clips", healed, seen=seen, measured=measured
    )
    lab.judge()
    assert share <= 0.2
    # A burst before the gate closes, then one probe in half a minute.
    assert during < 30 + 3 * minutes


def test_nobody_calls_within_a_retry_after(lab: Lab) -> None:
    """Bar 15."""
    provider = Provider(lab)
    provider.fault("generate", status=429, headers={"Retry-After": "5"}, body={"error": "Slow down"})
    _ask_for_clips(lab)
    time.sleep(LASTS)
    provider.clear()
    healed = _wait_for_the_end(lab)
    gaps = provider.gaps_after(429)
    # A call that another slot had sent before the answer was read cannot be called back.
    on_the_way = [gap for gap in gaps if gap < 1]
    kept = [gap for gap in gaps if gap >= 1]
    measured = (
        f"{len(gaps)} calls throttled, shortest pause {min(kept):.1f} s ({len(on_the_way)} sent before the answer "
        f"was read), retries {provider.retry_share():.0%} of all"
    )
    seen = "nobody calls within the pause; then clips start slowly"
    fault = f"provider answers 429 with Retry-After 5 for {LASTS:.0f} s, {WORKERS} workers, {CLIPS} clips"
    lab.note(fault, healed, seen=seen, measured=measured)
    lab.judge()
    assert min(kept) >= 5
    assert len(on_the_way) < WORKERS
