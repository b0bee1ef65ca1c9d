"""Bars as percentages: scaled to a round maximum, stacked, equal widths."""

import pytest

from generations.operations import charts


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 10), (16, 20), (21, 40), (401, 1000), (10**6, 10**6)]
)
def test_the_maximum_is_the_next_round_number(most: int, top: int) -> None:
    assert charts.stack([("a", [most])], ["spent"]).top == top


def test_parts_are_stacked() -> None:
    [bar] = charts.stack([("a", [1, 3])], ["finished", "failed"]).bars
    assert [(part.y, part.height) for part in bar.parts] == [("75.000%", "25.000%"), ("0.000%", "75.000%")]


def test_bars_share_the_width() -> None:
    bars = charts.stack([("a", [1]), ("b", [1])], ["spent"]).bars
    assert [(bar.slot_x, bar.slot_width) for bar in bars] == [("0.000%", "50.000%"), ("50.000%", "50.000%")]


def test_a_bar_has_a_text_label() -> None:
    [bar] = charts.stack([("1 May", [2, 0])], ["finished", "failed"]).bars
    assert bar.words == "2 finished, 0 failed"


def test_a_chart_of_nothing_has_no_bars() -> None:
    assert charts.stack([], ["spent"]).total == 0
