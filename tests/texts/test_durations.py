"""Durations as operators read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.texts.durations import ago, lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.42, "0.4 s"), (48.2, "48 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_a_duration_uses_suitable_units(seconds: float | None, words: str) -> None:
    assert lasting(seconds) == words


def test_no_time_reads_never() -> None:
    assert ago(None) == "never"


@pytest.mark.parametrize(("seconds", "words"), [(3, "just now"), (190, "3 minutes ago")])
def test_a_time_is_shown_as_time_ago(seconds: int, words: str) -> None:
    assert ago(timezone.now() - timedelta(seconds=seconds)).replace("\xa0", " ") == words
