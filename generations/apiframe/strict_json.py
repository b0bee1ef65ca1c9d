"""Read a provider's JSON: only what every parser reads the same way is accepted."""

import json
import math
from typing import NoReturn

_INTEGERS = range(-(2**63), 2**63)  # The range of a database integer column.
_LONGEST_INTEGER = len(str(_INTEGERS.start))


def read_object(body: bytes) -> dict[str, object]:
    """Return the JSON object in `body`; raise ValueError with the reason if invalid.

    Refuses everything that `read_value` refuses, and anything but an object.
    """
    value = read_value(body)
    if not isinstance(value, dict):
        raise ValueError(f"not an object but {type(value).__name__}")
    return value


def read_value(body: bytes) -> object:
    """Return the JSON value in `body`; raise ValueError with the reason if invalid.

    Besides bad syntax and bad UTF-8, it refuses duplicate keys, NaN and Infinity, integers beyond 64 bits,
    and nesting that is too deep.
    """
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("the same key twice")
    return members


def _integer(digits: str) -> int:
    # Check the length first: converting a million digits takes seconds.
    if len(digits) > _LONGEST_INTEGER or int(digits) not in _INTEGERS:
        raise ValueError("an integer beyond 64 bits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
