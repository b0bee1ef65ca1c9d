"""Each number of what reliability and security mean here is named by a test: `bar 7` or `F39` beside or in it."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
NUMBERS = {str(number) for number in range(1, 57)} | {f"F{number}" for number in range(1, 52)}
# A connection for each thread, none kept waiting for another: no pool that can be empty.
NOT_HERE = {"F4"}
# `bar 23, F49` or `bar 3, bar 10`, and in a name `test_bar_22_…`.
_BAR = re.compile(r"\bbars? ((?:F?\d+(?:, | and )?(?:bar )?)+)|test_bar_(\d+)_", re.IGNORECASE)
_NOTE = re.compile(r'# .*|""".*|\(.*\)|id=".*"')
# `F11 to F13`.
_FAULT = re.compile(r"\bF(\d+)(?: to F(\d+))?\b")


def numbers_in(text: str) -> set[str]:
    """Return the numbers that a file of tests names in comments, docstrings and names."""
    found = {number for match in _BAR.findall(text) for number in re.findall(r"F?\d+", " ".join(match))}
    for note in _NOTE.findall(text):
        for first, last in _FAULT.findall("" if "noqa" in note else note):
            found |= {f"F{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_a_number_is_found_where_it_is_named() -> None:
    text = (
        "def test_x():  # bar 7, F39\n# F11 to F13\ndef test_bar_22_y():\n'''Bar 24, bar 25.'''  # noqa: F401"
    )
    assert numbers_in(text) == {"7", "22", "24", "25", "F11", "F12", "F13", "F39"}


def test_every_number_is_named_by_a_test() -> None:
    named: set[str] = set()
    for path in TESTS.rglob("*.py"):
        if path != Path(__file__):
            named |= numbers_in(path.read_text())
    assert sorted(NUMBERS - NOT_HERE - named) == []
