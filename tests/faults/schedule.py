"""The schedule of a soak: step n of a seed is always the same clip, with the same fault or kill."""

import random
from dataclasses import dataclass
from typing import Any

from seedance_web.settings import KNOWN_FAILPOINTS as POINTS

PEOPLE = ("ada", "ben", "cleo", "dan")
FAULTY, KILLED = 0.17, 0.03

# What the provider does to the next call of a kind.
FAULTS: list[dict[str, Any]] = [
    {"call": "generate", "status": 503},
    {"call": "generate", "status": 500, "after": True},
    {"call": "generate", "drop": "before"},
    {"call": "generate", "drop": "after"},
    {"call": "generate", "garbage": True, "after": True},
    {"call": "generate", "delay": 25, "drop": "after"},
    {"call": "generate", "drip": 1},
    {"call": "generate", "status": 429, "headers": {"Retry-After": "2"}},
    {"call": "jobs", "status": 502},
    {"call": "jobs", "truncate": 40},
    {"call": "jobs", "drop": "before"},
    {"call": "jobs", "status": 429, "headers": {"Retry-After": "1"}},
    {"call": "job", "status": 500},
    {"call": "job", "drip": 1},
    {"call": "job", "garbage": True},
    {"call": "file", "truncate": 20_000},
    {"call": "file", "truncate": 0},
    {"call": "file", "drop": "before"},
    {"call": "file", "status": 404},
    {"call": "file", "status": 503},
    {"call": "file", "garbage": True},
    {"call": "file", "drip": 0.5},
    {"call": "result", "error": "Provider returned an error: internal error"},
    {"call": "result", "error": "content policy violation"},
    {"call": "result", "job": {"creditCost": 2**62}},
    {"call": "result", "job": {"result": {"output": {"video": {"url": "{video}"}}}}},
    {"call": "result", "job": {"status": "THINKING"}, "when": "running"},
]
KILLS = (
    "supervisor",
    "light",
    "heavy",
    "process of light",
    "process of heavy",
    "web",
    "provider",
    "database",
)


@dataclass(frozen=True)
class Step:
    """One clip, and what breaks meanwhile: a fault of the provider, a kill, or nothing."""

    person: str
    fault: dict[str, Any] | None
    kill: str
    choice: float

    @property
    def trouble(self) -> str:
        if self.fault:
            how = ", ".join(f"{name} {value}" for name, value in self.fault.items() if name != "call")
            return f"{self.fault['call']}: {how}"
        return f"kill: {self.kill}" if self.kill else ""


def step_of(seed: int, number: int) -> Step:
    """Return step `number` of a schedule, always the same for a seed."""
    dice = random.Random(f"{seed} {number}")
    person, luck, choice = dice.choice(PEOPLE), dice.random(), dice.random()
    fault = dice.choice(FAULTS) if luck < FAULTY else None
    is_kill = FAULTY <= luck < FAULTY + KILLED
    return Step(person, fault, dice.choice([*KILLS, *POINTS]) if is_kill else "", choice)
