"""Parse values that people and browsers send, without an exception."""

from datetime import UTC, datetime
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


def uuid_in(written: str) -> UUID | None:
    """Return the UUID in a URL or form value; None if it is invalid."""
    try:
        return UUID(written)
    except ValueError:
        return None
