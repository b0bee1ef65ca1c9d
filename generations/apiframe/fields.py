"""Read fields of a provider's JSON: typed, bounded and clean.

Every response passes through here. Each bound fits its database column, so no response can make a save
fail.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

LONGEST_LINK = 2000
"""Longest URL, in characters, that our columns hold. Longer ones are not treated as links."""
LONGEST_ID = 200
LONGEST_TEXT = 2000
LARGEST_INT = 2**31 - 1
"""The largest number in PostgreSQL's `integer`."""

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]+")
# Years outside these overflow when the time is converted to another zone.
_YEARS = range(1990, 2200)
_BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"]
_DROPPED = dict.fromkeys(_CONTROLS + _BIDI)


def link(value: object) -> str | None:
    """Return `value` if it is an http(s) URL that fits the column."""
    address = value.strip() if isinstance(value, str) and len(value) <= 2 * LONGEST_LINK else ""
    if len(address) > LONGEST_LINK or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return address if is_usable else None


def text(value: object, *, limit: int = LONGEST_TEXT) -> str:
    """Return `value` if it is text, without control characters and lone surrogates.

    The result has at most `limit` characters.
    """
    if not isinstance(value, str):
        return ""
    return storable(value[: limit * 2]).translate(_DROPPED)[:limit]


def storable(value: str) -> str:
    """Remove only what no database stores (NUL, lone surrogates), so the text stays comparable."""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def identifier(value: object, *, limit: int = LONGEST_ID) -> str:
    """Return `value` if it is an id that is safe in a path: letters, digits and `._:-`."""
    is_sane = isinstance(value, str) and len(value) <= limit and _SANE_ID.fullmatch(value)
    return str(value) if is_sane else ""


def count(value: object, *, largest: int = LARGEST_INT) -> int | None:
    """Return `value` if it is a whole number from 0 to `largest`."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= largest else None


def percent(value: object) -> int | None:
    """Return `value` clamped to 0–100 if it is a number. NaN is not."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return int(min(100, max(0, value)))


def moment(value: object) -> datetime | None:
    """Parse an ISO 8601 time; return None if invalid. Without a zone, UTC is assumed."""
    try:
        when = datetime.fromisoformat(text(value, limit=64).strip())
    except ValueError:
        return None
    if when.year not in _YEARS:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def members(value: object) -> dict[str, object]:
    """Return `value` if it is an object, else an empty dict."""
    return value if isinstance(value, dict) else {}
