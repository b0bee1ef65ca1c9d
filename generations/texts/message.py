"""A message as data: a kind and its parameters, rendered in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

# Longer texts of others are cut: they are error pages, not explanations.
LONGEST_TEXT = 1000

# Filled by ``messages``.
SENTENCES: dict[str, Any] = {}


@dataclass(frozen=True)
class Message:
    """A kind with its parameters; ``str()`` renders it in the active language."""

    kind: str
    params: Mapping[str, Any]

    def __str__(self) -> str:
        rendered = _Rendered(self.params)
        for name, value in self.params.items():
            match value:
                case datetime():
                    rendered[name] = date_format(localtime(value), "DAY_TIME_FORMAT")
                case date():
                    rendered[name] = date_format(value, "YEAR_MONTH_FORMAT")
                case list():
                    rendered[name] = "\n".join(str(each) for each in value)
        return str(SENTENCES[self.kind] % rendered).strip()


class _Rendered(dict[str, Any]):
    """Parameters for a sentence; those missing in an old row become an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True)
class Kind:
    """A kind of message; call it with parameters to get a message.

    Parameters are texts, whole numbers, datetimes, months (any date in them), messages, or lists of
    messages.
    """

    name: str

    def __call__(self, **params: object) -> Message:
        return Message(self.name, {name: _normalize(value) for name, value in params.items()})


def kind(name: str, sentence: Any) -> Kind:
    """Return a new kind, which says this sentence."""
    SENTENCES[name] = sentence
    return Kind(name)


def _normalize(value: object) -> Any:
    """Return a parameter as ``decode`` does, so that a new message equals the stored one."""
    if isinstance(value, list | tuple):
        return [_normalize(each) for each in value]
    if isinstance(value, Message | int | date):
        return value
    return str(value)[:LONGEST_TEXT]
