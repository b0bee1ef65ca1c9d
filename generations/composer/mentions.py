"""What `@` in the prompt offers: references in the tray, characters, and files of the library that still fit."""

from dataclasses import dataclass

from generations.composer.tray import Tray
from generations.composer.tray_view import tray_view
from generations.library.characters import list_characters
from generations.library.list import list_assets
from generations.models import Asset, Character, User
from generations.seedance.roles import LISTS
from generations.texts.search_words import search_phrases, search_words

MOST_FILES = 6
MOST_CHARACTERS = 4


@dataclass(frozen=True)
class Mention:
    """A row of the list: ``token`` is inserted as it is, ``command`` changes the tray first."""

    name: str
    kind: str
    asset: Asset | None = None
    character: Character | None = None
    token: str = ""
    command: str = ""


def mentions(user: User, tray: Tray, typed: str) -> list[Mention]:
    """Return what matches the letters after the `@`, the tray's references first."""
    found = []
    phrases = [" ".join(phrase) for phrase in search_phrases(typed)]
    for tile in tray_view(user, tray, "").tiles:
        words = " ".join(search_words(f"{tile.token} {tile.label}"))
        if all(phrase in words for phrase in phrases):
            found.append(Mention(tile.label, tile.kind, tile.asset, token=tile.token))
    characters = list_characters(user, words=typed, is_empty_too=False)[:MOST_CHARACTERS]
    kinds = [role.kind for role in LISTS if len(tray[role.wire]) < role.limit]
    listed = {address for role in LISTS for address in tray[role.wire]}
    # A few more, because those in the tray are left out.
    files = list_assets(user, words=typed).filter(kind__in=kinds)[: MOST_FILES + len(listed)]
    unlisted = [each for each in files if each.address not in listed][:MOST_FILES]
    return [
        *found,
        *(Mention(each.name, "image", character=each, command=f"character {each.pk}") for each in characters),
        *(Mention(each.name, each.kind, each, command=f"mention {each.address}") for each in unlisted),
    ]
