"""Usernames: normalization, and protection against lookalikes."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from generations.models import User
from generations.texts.characters import unicode_form

# Letters that look like a Latin letter, grouped by that letter: Cyrillic, Greek, Armenian and Latin.
_LOOK_LIKE = {
    "a": "аαɑ", "b": "ЬвβВ", "c": "сϲⅽ", "d": "ԁⅾ", "e": "еєε", "f": "ƒ", "g": "ɡց", "h": "һнհ", "i": "іıιɩ1lӏ|",
    "j": "јϳ", "k": "кκ", "m": "мⅿ", "n": "пηո", "o": "оοσօ0", "p": "рρ", "q": "ԛզ", "r": "гⲅ", "s": "ѕꜱ",
    "t": "тτ", "u": "υսц", "v": "νѵ", "w": "ԝωա", "x": "хχ", "y": "уγү", "z": "ᴢ",
}  # fmt: skip
_LONGEST = User._meta.get_field("username").max_length or 0
_SKELETON = {ord(other): latin for latin, others in _LOOK_LIKE.items() for other in others}


def normalized(name: str) -> str:
    """Normalize a name for storage and comparison: NFKC, stripped."""
    return unicode_form("NFKC", name).strip()


def person_named(name: str) -> User | None:
    """Return the person with exactly this name, or else the only one whose name differs in case alone.

    Unknown, known and ambiguous names cost the same query.
    """
    name = normalized(name)
    if len(name) > _LONGEST:
        return None
    # SQLite ignores case in ASCII alone; its regular expressions are Python's.
    alike = {"username__iexact": name} if name.isascii() else {"username__iregex": rf"^{re.escape(name)}$"}
    people = list(User.objects.filter(Q(username=name) | Q(**alike)))
    exact = [each for each in people if each.username == name]
    return (exact or people)[0] if len(exact or people) == 1 else None


def check_name(name: str, *, email: str = "") -> str:
    """Return the normalized name; raise ValidationError if it is taken or looks like another.

    An email address is a valid name only for its owner. Otherwise that person's mail would lead to this
    account.
    """
    name = normalized(name)
    if "@" in name and name.casefold() != email.casefold():
        raise ValidationError(_("A username can’t be an email address. Choose another."), code="email")
    shape = _shape(name)
    if any(_shape(other) == shape for other in User.objects.values_list("username", flat=True)):
        raise ValidationError(_("This username is taken or too similar to another one."), code="similar")
    return name


def _shape(name: str) -> str:
    """Map lookalike letters to one letter; accents are visible, so they stay."""
    return normalized(name).casefold().translate(_SKELETON)
