"""Positions of a chart's bars, as percentages for an SVG without script."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# The gap between two bars, as a share of a bar's width.
_AIR = 0.28


@dataclass(frozen=True)
class Part:
    """One rectangle; ``kind`` decides its colour."""

    kind: str
    value: int
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One column of parts, the first at the bottom."""

    label: str
    parts: Sequence[Part]
    x: str
    width: str
    slot_x: str
    slot_width: str
    words: str

    @property
    def total(self) -> int:
        return sum(part.value for part in self.parts)


@dataclass(frozen=True)
class Chart:
    """Bars under a round maximum."""

    kinds: Sequence[str]
    bars: Sequence[Bar]
    top: int

    @property
    def total(self) -> int:
        return sum(bar.total for bar in self.bars)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Each kind with its label."""
        return [(kind, _name(kind)) for kind in self.kinds]

    @property
    def middle_label(self) -> str:
        return self.bars[len(self.bars) // 2].label if self.bars else ""


_NAMES = {"finished": _("finished"), "failed": _("failed"), "spent": _("spent")}


def stack(columns: Sequence[tuple[str, Sequence[int]]], kinds: Sequence[str]) -> Chart:
    """Return a chart of (label, values) columns; values are stacked in the order of ``kinds``."""
    top = _round_up(max((sum(values) for _, values in columns), default=0))
    slot = 100 / max(1, len(columns))
    bars = []
    for index, (label, values) in enumerate(columns):
        parts: list[Part] = []
        below = 0
        for kind, value in zip(kinds, values, strict=True):
            below += value
            parts.append(Part(kind, value, _percent(100 - 100 * below / top), _percent(100 * value / top)))
        bar = Bar(
            label=label,
            parts=parts,
            x=_percent(slot * (index + _AIR / 2)),
            width=_percent(slot * (1 - _AIR)),
            slot_x=_percent(slot * index),
            slot_width=_percent(slot),
            words=", ".join(f"{part.value} {_name(part.kind)}" for part in parts),
        )
        bars.append(bar)
    return Chart(kinds, bars, top)


def _name(kind: str) -> str:
    return str(_NAMES.get(kind, kind))


def _percent(share: float) -> str:
    return f"{share:.3f}%"


def _round_up(value: int) -> int:
    """Round up to 4, 10, 20, 40, 100, 200, 400, …: half of each, for the line in the middle, is whole."""
    scale = 1
    while True:
        for step in (4, 10, 20):
            if step * scale >= value:
                return step * scale
        scale *= 10
