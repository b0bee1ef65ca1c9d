"""How numbers for operators read."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

register = template.Library()


@register.filter
def lasting(seconds: float | None) -> str:
    """Seconds as "0.4 s", "48 s", "3 min 05 s" or "2 h 10 min"; a dash where nothing is known."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, as "just now" or "3 minutes ago"; "never" where it never was."""
    if moment is None:
        return "never"
    is_young = (timezone.now() - moment).total_seconds() < 60
    return "just now" if is_young else f"{timesince(moment, depth=1)} ago"
