"""A lookup for short texts that people search: names, addresses and notes. Prompts have an index of their own."""

import json
import re
from typing import Any

from django.db.models import CharField, JSONField, TextField
from django.db.models.lookups import IRegex

from generations.texts.characters import unicode_form


class Mentions(IRegex):
    """``name__mentions="Übung"``: contains it in any case and normal form.

    SQLite's own ``icontains`` ignores case in ASCII alone; its ``iregex`` is Python's.
    """

    def get_prep_lookup(self) -> Any:
        forms = {unicode_form(form, str(self.rhs)) for form in ("NFC", "NFD", "NFKC")}
        return "|".join(map(re.escape, sorted(forms)))


class MentionsInJson(Mentions):
    """The same for JSON, whose text may be escaped: SQLite and Django's own log keep ``ü`` as ``\\u00fc``."""

    def get_prep_lookup(self) -> Any:
        forms = {unicode_form(form, str(self.rhs)) for form in ("NFC", "NFD", "NFKC")}
        return "|".join("".join(map(_as_kept, form)) for form in sorted(forms))


def _as_kept(character: str) -> str:
    cases = {character, character.lower(), character.upper()}
    kept = cases | {json.dumps(each)[1:-1] for each in cases}
    return f"(?:{'|'.join(map(re.escape, sorted(kept)))})"


JSONField.register_lookup(MentionsInJson, "mentions")
TextField.register_lookup(MentionsInJson, "json_mentions")
for _field in (CharField, TextField):
    _field.register_lookup(Mentions, "mentions")
