"""What `@` in the prompt offers: the references in the tray, and files of the library that still fit in it."""

from dataclasses import dataclass

from generations.composer.tray import Tray
from generations.composer.tray_view import tray_view
from generations.library.list import list_assets
from generations.models import Asset, User
from generations.seedance.roles import LISTS
from generations.texts.search_words import search_phrases, search_words

MOST_FILES = 6


@dataclass(frozen=True)
class Mention:
    """A row of the list: ``token`` is inserted as it is, ``command`` changes the tray first."""

    name: str
    kind: str
    asset: Asset | None = None
    token: str = ""
    command: str = ""


def mentions(user: User, tray: Tray, typed: str) -> list[Mention]:
    """Return what matches the letters after the `@`, the tray's references first."""
    tiles = [
        each for each in tray_view(user, tray, "").tiles if _matches(f"{each.token} {each.label}", typed)
    ]
    return [
        *(Mention(each.label, each.kind, each.asset, token=each.token) for each in tiles),
        *(
            Mention(each.name, each.kind, each, command=f"mention {each.address}")
            for each in _files(user, tray, typed)
        ),
    ]


def _matches(text: str, typed: str) -> bool:
    words = " ".join(search_words(text))
    return all(" ".join(phrase) in words for phrase in search_phrases(typed))


def _files(user: User, tray: Tray, typed: str) -> list[Asset]:
    kinds = [role.kind for role in LISTS if len(tray[role.wire]) < role.limit]
    listed = {address for role in LISTS for address in tray[role.wire]}
    # A few more, because those in the tray are left out.
    found = list_assets(user, words=typed).filter(kind__in=kinds)[: MOST_FILES + len(listed)]
    return [each for each in found if each.address not in listed][:MOST_FILES]
