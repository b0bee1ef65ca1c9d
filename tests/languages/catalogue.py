"""Read translation catalogues (.po and .mo) without gettext's tools."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("de", "zh_Hans")
_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")')


@dataclass
class Entry:
    """One message and its translation, one text per plural form."""

    context: str = ""
    text: str = ""
    plural: str = ""
    forms: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.context, self.text, self.plural


def path_of(locale: str, *, root: Path = ROOT) -> Path:
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def written(path: Path) -> list[Entry]:
    """Return every entry but the header."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [entry for block in blocks if (entry := _entry(block)).text]


def compiled(path: Path) -> dict[object, str]:
    """Return the messages of the .mo file, without the header."""
    with path.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: words for key, words in catalogue.items() if key}


def to_be_compiled(entries: list[Entry]) -> dict[object, str]:
    """Return the messages the .mo file should contain."""
    return dict(_pairs(entries))


def _pairs(entries: list[Entry]) -> Iterator[tuple[object, str]]:
    for entry in entries:
        text = f"{entry.context}\4{entry.text}" if entry.context else entry.text
        if entry.is_fuzzy or not all(entry.forms):
            continue
        if entry.plural:
            yield from (((text, number), words) for number, words in enumerate(entry.forms))
        else:
            yield text, entry.forms[0]


def _entry(block: str) -> Entry:
    lines = [line for line in block.splitlines() if not line.startswith("#~")]
    entry = Entry(is_fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in lines))
    place = ""
    for match in filter(None, map(_LINE.fullmatch, lines)):
        place = match[1] or place
        words = ast.literal_eval(match[3])
        if place == "msgstr" and match[1]:
            entry.forms.append(words)
        elif place == "msgstr":
            entry.forms[-1] += words
        elif place == "msgid":
            entry.text += words
        elif place == "msgid_plural":
            entry.plural += words
        else:
            entry.context += words
    return entry
