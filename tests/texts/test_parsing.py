"""Values that people and browsers send."""

import pytest

from generations.texts.parsing import number_in, seconds_in


@pytest.mark.parametrize(
    ("written", "number"),
    [("0", 0), ("042", 42), ("9" * 18, 10**18 - 1), ("9" * 19, None)]
    + [(each, None) for each in ("", "-1", "+1", "1.5", " 1", "1_0", "²", "٣", "x")],
)
def test_a_number_has_only_digits_and_fits_a_column(written: str, number: int | None) -> None:
    assert number_in(written) == number


def test_a_number_of_more_digits_than_asked_for_is_none() -> None:
    assert (number_in("999", digits=3), number_in("1000", digits=3)) == (999, None)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("2.5", 2.5), ("-4", 1), ("1e9", 15), ("inf", 15), ("nan", None), ("", None), ("2,5", None)],
)
def test_seconds_are_moved_into_the_range(written: str, seconds: float | None) -> None:
    assert seconds_in(written, least=1, most=15) == seconds
