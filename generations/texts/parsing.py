"""Parse values that people and browsers send, without an exception."""

from datetime import UTC, datetime
from math import isnan
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime


def moment_in(written: str) -> datetime | None:
    """Return the moment in a URL or form value; None if it is invalid, naive or out of range."""
    try:
        moment = parse_datetime(written)
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


def number_in(written: str, *, digits: int = 18) -> int | None:
    """Return the whole number in a URL or form value; None if it is invalid or has more digits."""
    is_number = written.isascii() and written.isdigit() and len(written) <= digits
    return int(written) if is_number else None


def seconds_in(written: str, *, least: float, most: float) -> float | None:
    """Return the seconds in a form value, moved into the range; None if it is no number."""
    try:
        seconds = float(written)
    except ValueError:
        return None
    return None if isnan(seconds) else min(max(seconds, least), most)


def uuid_in(written: str) -> UUID | None:
    """Return the UUID in a URL or form value; None if it is invalid."""
    try:
        return UUID(written)
    except ValueError:
        return None
