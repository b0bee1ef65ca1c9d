"""A lookup for short texts that people search: names, addresses and notes. Prompts have an index of their own."""

import re
import unicodedata
from typing import Any

from django.db.models import CharField, TextField
from django.db.models.lookups import IRegex


class Mentions(IRegex):
    """``name__mentions="Übung"``: contains it in any case and normal form.

    SQLite's own ``icontains`` ignores case in ASCII alone; its ``iregex`` is Python's.
    """

    def get_prep_lookup(self) -> Any:
        forms = {unicodedata.normalize(form, str(self.rhs)) for form in ("NFC", "NFD", "NFKC")}
        return "|".join(map(re.escape, sorted(forms)))


for _field in (CharField, TextField):
    _field.register_lookup(Mentions, "mentions")
