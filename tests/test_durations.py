"""Numbers as operators read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.durations import ago, lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.42, "0.4 s"), (48.2, "48 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_a_length_of_time_is_told_in_its_own_units(seconds: float | None, words: str) -> None:
    assert lasting(seconds) == words


def test_what_never_was_is_never() -> None:
    assert ago(None) == "never"


@pytest.mark.parametrize(("seconds", "words"), [(3, "just now"), (190, "3 minutes ago")])
def test_a_moment_is_told_by_how_long_ago_it_was(seconds: int, words: str) -> None:
    assert ago(timezone.now() - timedelta(seconds=seconds)).replace("\xa0", " ") == words
