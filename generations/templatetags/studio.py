"""What templates need beyond Django's own: icons from the sprite, rates, and the names of things in words."""

import json
from uuid import uuid4

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from generations import presets, seedance
from generations.advice import FIXES, Advice
from generations.models import Asset, Preset, Reference

register = template.Library()

ROLES = dict(zip(Asset.Kind.values, seedance.LIST_LIMITS, strict=True))
FRAME_NAMES = {"start_image": _("First frame"), "end_image": _("Last frame")}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon; whatever it stands for is said in words beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name
    )


@register.simple_tag
def fresh_submission() -> str:
    """A token for one form on a page: the same form sent twice makes one clip."""
    return str(uuid4())


@register.filter
def rate(resolution: str) -> int:
    """Credits a second at this resolution."""
    return seedance.RATES[resolution]


@register.filter
def doubled_rate(resolution: str) -> int:
    """Credits a second at this resolution with a reference video."""
    return seedance.RATES[f"{resolution}-refvid"]


@register.filter
def token(reference: Reference) -> str:
    """What the prompt calls it: ``[Image1]``; frames have a name, for no prompt mentions them."""
    if reference.role in FRAME_NAMES:
        return str(FRAME_NAMES[reference.role])
    return f"[{seedance.TOKEN_NAMES[reference.role]}{reference.position}]"


@register.filter
def fix_label(note: Advice) -> str:
    return str(FIXES[note.fix])


@register.filter
def fix_command(note: Advice) -> str:
    """What the tray is told to do about it."""
    seconds = "" if note.seconds is None else f"{note.seconds:.3f}"
    return " ".join(filter(None, ["fix", note.fix, note.uri, seconds]))


@register.filter
def kind(reference: Reference) -> str:
    """What lies in this role: ``image``, ``video`` or ``audio``."""
    kinds = {role: kind for kind, role in ROLES.items()}
    return kinds.get(reference.role, Asset.Kind.IMAGE.value)


@register.filter
def role(asset: Asset) -> str:
    """The list that takes such a file."""
    return ROLES[asset.kind]


@register.filter
def state_at_apiframe(asset: Asset) -> str:
    """How far Apiframe has come with it: ``preparing``, ``refused`` or ``ready``."""
    if asset.is_refused:
        return "refused"
    return "preparing" if asset.is_preparing else "ready"


@register.filter
def number(value: int) -> str:
    """A number for the eye, with its thousands apart; never for an attribute, an address or a script."""
    return number_format(value, force_grouping=True)


@register.filter
def clock(seconds: int) -> str:
    """Seconds as a clock counts them: "0:38", "12:05", "1:00:00"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


@register.filter
def signed(amount: int) -> str:
    """A change of the balance with its sign, as "−16" or "+500"; nothing where nothing changed."""
    if not amount:
        return ""
    return f"+{number(amount)}" if amount > 0 else f"−{number(-amount)}"


@register.filter
def filling(preset: Preset) -> str:
    """What a click on it puts into the composer, for the script."""
    return json.dumps(presets.filling(preset))
