"""Template tags and filters: icons, prices, and labels."""

import json
from functools import cache
from uuid import uuid4

from django import template
from django.conf import settings
from django.forms import BoundField, Form
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.accounts import credit_requests
from generations.lifecycle import estimates
from generations.seedance.advice import FIXES
from generations.seedance.advice_types import Advice
from generations.seedance.prices import RATES
from generations.texts import durations

register = template.Library()
register.filter("json", json.dumps)
register.filter("answer_in_words", credit_requests.answer_in_words)
register.filter("expected_seconds", estimates.expected_seconds)
register.filter("lasting", durations.lasting)
register.filter("ago", durations.ago)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Render an icon. Without a label it is decorative, and its meaning must be in the text next to it."""
    return _icon(name, label)


@cache
def _icon(name: str, label: str) -> SafeString:
    """Kept, because a gallery has hundreds, and the address of the sprite never changes in a process."""
    meaning = (
        format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    )
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>', meaning, static("icons.svg"), name
    )


@register.simple_tag
def at_a_time() -> int:
    """Return how many clips of one user are sent at the same time."""
    return int(min(settings.USER_IN_FLIGHT, settings.STUDIO_IN_FLIGHT))


@register.simple_tag
def fresh_submission() -> str:
    """Return a token for one form on a page, so that a form sent twice makes one clip."""
    return str(uuid4())


@register.filter
def first_problem(form: Form) -> BoundField | None:
    """Return the first field with an error, in form order."""
    return next((field for field in form if field.errors), None)


@register.filter
def rate(resolution: str) -> int:
    """Return the credits per second at this resolution."""
    return RATES[resolution]


@register.filter
def doubled_rate(resolution: str) -> int:
    """Return the credits per second at this resolution with a reference video."""
    return RATES[f"{resolution}-refvid"]


@register.filter
def fix_label(note: Advice) -> str:
    return str(FIXES[note.fix])


@register.filter
def has_fixes(notes: list[Advice]) -> bool:
    """Return whether more than one note has a fix."""
    return sum(bool(note.fix) for note in notes) > 1


@register.filter
def fix_command(note: Advice) -> str:
    """Return the tray command that applies the fix."""
    seconds = "" if note.seconds is None else f"{note.seconds:.3f}"
    return " ".join(filter(None, ["fix", note.fix, note.uri, seconds]))


@register.filter
def number(value: int) -> str:
    """Format a number with thousands separators, for text only, not for attributes or scripts."""
    return number_format(value, force_grouping=True)


@register.filter
def clock(seconds: int) -> str:
    """Format seconds as "0:38", "12:05" or "1:00:00"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


@register.filter
def signed(amount: int) -> str:
    """Format a balance change with its sign, such as "−16" or "+500"; empty for zero."""
    if not amount:
        return ""
    return f"+{number(amount)}" if amount > 0 else f"−{number(-amount)}"
