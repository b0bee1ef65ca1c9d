"""Bar 13: a seed repeats the schedule of a soak, and about every fifth step breaks something."""

from collections import Counter

from generations.apiframe.sandbox.http.faults import fault_from
from tests.faults.schedule import FAULTS, KILLS, POINTS, step_of


def test_a_seed_repeats_its_schedule_and_no_other() -> None:
    first, again, other = ([step_of(seed, number) for number in range(200)] for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_every_fifth_step_breaks_something_and_everything_breaks() -> None:
    troubles = Counter(step_of(7, number).trouble for number in range(10_000))
    assert 0.18 < 1 - troubles[""] / troubles.total() < 0.22
    assert len(troubles) == len(FAULTS) + len(KILLS) + len(POINTS) + 1


def test_the_sandbox_knows_each_fault() -> None:
    for each in FAULTS:
        assert fault_from({**each, "times": 1}).call == each["call"]
