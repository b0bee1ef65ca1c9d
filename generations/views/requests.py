"""The request as our views see it."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_htmx.middleware import HtmxDetails

from generations.models import User


class SignedInRequest(HttpRequest):
    """A request that has passed the login middleware; for annotations alone."""

    user: User
    htmx: HtmxDetails


def moment_in(written: str) -> datetime | None:
    """A moment as an address or a form holds it; None for nonsense, and for what is no moment by other clocks."""
    try:
        moment = parse_datetime(written)
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):
        return None
