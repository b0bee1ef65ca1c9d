"""Real processes race for the same credits, on both databases."""

import pytest

from tests.credits.scratch import Scratch

pytestmark = pytest.mark.slow


def test_320_submits_with_credits_for_100_make_exactly_100(race_course: Scratch) -> None:  # bar 1, bar 11
    race = race_course.race("submits", processes=8, each=40, enough_for=100)
    assert race["outcomes"] == {"accepted": 100, "4 missing": 220}
    assert race["entries"] == {"grant": 1, "hold": 100}
    assert (race["balance"], race["held"], race["clips"]) == (0, 400, 100)
    assert race["faults"] == []


def test_of_20_submits_with_credits_for_7_exactly_7_succeed(race_course: Scratch) -> None:  # bar 1
    race = race_course.race("submits", processes=20, each=1, enough_for=7)
    assert race["outcomes"] == {"accepted": 7, "4 missing": 13}
    assert (race["balance"], race["held"], race["clips"]) == (0, 28, 7)


def test_many_tabs_sending_one_form_create_one_generation(race_course: Scratch) -> None:  # bar 2
    race = race_course.race("tabs", processes=8)
    assert race["outcomes"] == {"accepted": 8}
    assert race["entries"] == {"grant": 1, "hold": 1}
    assert race["clips"] == 1


def test_with_credits_for_one_batch_exactly_one_is_created_whole(race_course: Scratch) -> None:
    race = race_course.race("batches", processes=8, takes=4, enough_for=6)
    assert race["outcomes"] == {"accepted": 1, "8 missing": 7}
    assert race["entries"] == {"grant": 1, "hold": 4}
    assert (race["balance"], race["held"], race["clips"]) == (8, 16, 4)
    assert race["faults"] == []


def test_many_tabs_sending_one_batch_form_create_one_batch(race_course: Scratch) -> None:
    race = race_course.race("batch_tabs", processes=8, takes=4)
    assert race["outcomes"] == {"accepted": 8}
    assert (race["balance"], race["held"], race["clips"], race["faults"]) == (0, 16, 4, [])


def test_racing_settle_and_release_resolve_a_hold_once(race_course: Scratch) -> None:  # bar 7
    race = race_course.race("resolutions", processes=8)
    winner, told = race["outcomes"].popitem()
    assert (told, race["outcomes"]) == (8, {})
    assert race["entries"] == {"grant": 1, "hold": 1, winner: 1}
    assert race["faults"] == []


def test_racing_give_up_and_complete_end_a_clip_once(race_course: Scratch) -> None:  # bar 7
    race = race_course.race("endings", processes=8)
    won = {"fetching": "made", "failed": "given up"}[race["status"]]
    assert race["outcomes"] == {won: 1, "late": 7}
    assert race["balance"] == (100 if won == "given up" else 96)
    assert race["faults"] == []


def test_a_grant_sent_many_times_at_once_is_applied_once(race_course: Scratch) -> None:  # bar 4
    race = race_course.race("grants", processes=8)
    assert list(race["outcomes"].values()) == [8]
    assert race["balance"] == 11


def test_a_credit_request_granted_many_times_at_once_gives_once(race_course: Scratch) -> None:
    race = race_course.race("requests", processes=8)
    assert race["outcomes"] == {"granted": 1, "late": 7}
    assert race["balance"] == 11
    assert race["faults"] == []


@pytest.mark.parametrize("cap", [{"daily_credits": 13}, {"in_flight": 3}, {"per_hour": 3}], ids=str)
def test_of_8_submits_with_a_limit_of_3_exactly_3_are_created(
    race_course: Scratch, cap: dict[str, int]
) -> None:
    race = race_course.race("capped", processes=8, **cap)
    assert race["outcomes"] == {"accepted": 3, "over a cap": 5}
    assert (race["held"], race["clips"], race["faults"]) == (12, 3, [])
