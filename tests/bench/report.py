"""docs/benchmarks.md: a section for each database and size, with a ratio and its goal per line."""

import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import connection
from django.utils import timezone

from tests.bench.costs import EMPTY_VIEWS, RUNS, Cost

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench` (`SIZE=small` takes two minutes; `DATABASE_URL` chooses PostgreSQL). Each number is a ratio of
medians of runs taken by turns, so that it hardly depends on the machine. *CPU* is the processor time of a step
divided by that of an empty view behind the same middleware, with the fewest clips. *Growth* is the time with the
most clips divided by that with the fewest: processor time on SQLite, which works in the same process; on PostgreSQL
time on the clock, in empty views of the same runs. A machine that is busier later would count as growth otherwise.
No test depends on a time; tests hold the number of queries and the plans.
A list that is no full page among the fewest clips, marked with *, is compared with that of the next number.
"""
# Times an empty view, with the fewest clips.
CPU_GOALS = {"gallery": 40.0, "quote": 3.0, "generate": 6.0, "feed, no news": 1.5}
GROWTH_GOAL = 1.3
# One clip in twenty: a page is full from the second number of clips on.
FULL_LATER = ("gallery, favourites", "gallery, failed", "panel, failed clips")


def write(costs: Mapping[int, Mapping[str, Cost]], size: str) -> None:
    """Replace the section of this database and size, and print it."""
    put(f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'}, {size}", _lines(costs))


def put(name: str, lines: Iterable[str]) -> None:
    """Replace the section of this name, and print it."""
    title = f"## {name}"
    section = "\n".join([title, "", *lines]) + "\n"
    print(section)
    kept = REPORT.read_text() if REPORT.exists() else HEAD
    others = [each for each in re.split(r"(?m)^(?=## )", kept)[1:] if not each.startswith(f"{title}\n")]
    REPORT.write_text("\n".join([HEAD, *sorted([*(each.strip() + "\n" for each in others), section])]))


def machine() -> str:
    """Return when and on what was measured."""
    python = platform.python_version()
    return f"{timezone.localdate()}, {os.cpu_count()} cores, {platform.machine()}, Python {python}"


def _lines(costs: Mapping[int, Mapping[str, Cost]]) -> Iterator[str]:
    few, many = min(costs), max(costs)
    empty = costs[few]["empty"].cpu / EMPTY_VIEWS
    sizes = ", ".join(f"{clips:,}" for clips in costs)
    yield f"{machine()}; people with {sizes} clips; medians of {RUNS} runs."
    yield ""
    yield "| step | CPU | goal | growth | goal | queries |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, cost in costs[few].items():
        if name == "empty":
            continue
        is_full_later = name in FULL_LATER
        growth = _time(costs[many], name) / _time(costs[sorted(costs)[is_full_later]], name)
        cpu = cost.cpu / empty
        goal = CPU_GOALS.get(name)
        queries = " → ".join(dict.fromkeys(str(costs[clips][name].queries) for clips in (few, many)))
        shown = [
            f"{cpu:.1f} ×",
            f"{goal:g} ×" if goal else "",
            f"{growth:.1f} ×",
            f"{GROWTH_GOAL} ×",
            queries,
        ]
        yield f"| {name}{' *' if is_full_later else ''} | {' | '.join(shown)} |"


def _time(costs: Mapping[str, Cost], name: str) -> float:
    return costs[name].cpu if connection.vendor == "sqlite" else costs[name].wall / costs["empty"].wall
