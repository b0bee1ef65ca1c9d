"""The composer's tray as templates draw it: a tile for every file, with its token, its state and what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy, ngettext_lazy

from generations import tray as trays
from generations.models import Asset, User
from generations.models.asset import asset_id_in
from generations.seedance import FRAME_FIELDS, LIST_LIMITS, TOKEN_NAMES
from generations.tokens import Token, dangling, mentioned, unmentioned
from generations.tray import Tray

FRAME_LABELS = {trays.FIRST_FRAME: gettext_lazy("First frame"), trays.LAST_FRAME: gettext_lazy("Last frame")}
_KINDS = {trays.VIDEOS: "video", trays.SOUNDS: "audio"}
_NAMES = {
    "pictures": gettext_lazy("pictures"),
    "videos": gettext_lazy("videos"),
    "sounds": gettext_lazy("sounds"),
}


@dataclass(frozen=True)
class Tile:
    """One file in its place."""

    role: str
    position: int
    address: str
    asset: Asset | None
    count: int = 1
    is_mentioned: bool = True

    @property
    def key(self) -> str:
        """Names the same file in the same role before and after a change, wherever it lies."""
        return sha256(f"{self.role} {self.address}".encode()).hexdigest()[:12]

    @property
    def token(self) -> str:
        """What the prompt calls it; frames are called nothing there."""
        return str(Token(TOKEN_NAMES[self.role], self.position)) if self.role in TOKEN_NAMES else ""

    @property
    def kind(self) -> str:
        return _KINDS.get(self.role, "image")

    @property
    def place(self) -> str:
        return f"{self.role} {self.position}"

    @property
    def label(self) -> str:
        return self.asset.name if self.asset else short_name(self.address)

    @property
    def before(self) -> str:
        """Where a move to the left puts it; empty for the first."""
        return f"{self.role} {self.position - 1}" if self.position > 1 else ""

    @property
    def after(self) -> str:
        return f"{self.role} {self.position + 1}" if self.position < self.count else ""


@dataclass(frozen=True)
class Slot:
    """The place of a frame, empty or not."""

    role: str
    tile: Tile | None

    @property
    def label(self) -> str:
        return str(FRAME_LABELS[self.role])


@dataclass(frozen=True)
class Count:
    """How full a list is."""

    noun: str
    used: int
    limit: int

    @property
    def name(self) -> str:
        return str(_NAMES[self.noun])


@dataclass(frozen=True)
class TrayView:
    """Everything `_tray.html` draws."""

    slots: tuple[Slot, ...]
    tiles: tuple[Tile, ...]
    counts: tuple[Count, ...]

    @property
    def is_preparing(self) -> bool:
        """Whether anything is to be asked about again."""
        shown = (*self.tiles, *(slot.tile for slot in self.slots))
        return any(tile.asset.is_preparing for tile in shown if tile and tile.asset)

    @property
    def has_frames(self) -> bool:
        return any(slot.tile for slot in self.slots)

    @property
    def doubles(self) -> bool:
        return any(tile.role == trays.VIDEOS for tile in self.tiles)


@dataclass(frozen=True)
class TokenNotes:
    """What the prompt and the tray do not agree about."""

    missing: tuple[str, ...]
    unused: tuple[str, ...]


def tray_view(user: User, tray: Tray, prompt: str) -> TrayView:
    """The tray with what is known of its files; one query."""
    known = _known(user, tray)
    spoken = set(mentioned(prompt))

    def tile(role: str, position: int, address: str) -> Tile:
        is_mentioned = role in FRAME_FIELDS or Token(TOKEN_NAMES[role], position) in spoken
        return Tile(role, position, address, known.get(address), len(tray[role]), is_mentioned)

    slots = (Slot(role, next((tile(role, 1, each) for each in tray[role]), None)) for role in FRAME_FIELDS)
    lists = (tile(role, at, each) for role in LIST_LIMITS for at, each in enumerate(tray[role], start=1))
    counts = (Count(trays.NOUNS[role], len(tray[role]), limit) for role, limit in LIST_LIMITS.items())
    return TrayView(tuple(slots), tuple(lists), tuple(counts))


def token_notes(tray: Tray, prompt: str) -> TokenNotes:
    """Tokens that name nothing, in words; and references that the prompt never names."""
    counts = tray.counts()
    missing = tuple(_missing(token, counts) for token in dangling(prompt, counts))
    unused = tuple(map(str, unmentioned(prompt, counts))) if prompt.strip() else ()
    return TokenNotes(missing, unused)


def short_name(address: str) -> str:
    """The part of an address that people recognise."""
    parts = urlsplit(address)
    return PurePosixPath(parts.path).name or parts.netloc or address


def _missing(token: Token, counts: Mapping[str, int]) -> str:
    count = counts.get(token.kind, 0)
    words = _TOO_FEW[token.kind] if count else _NONE[token.kind]
    return words % {"token": token, "count": count}


_NONE = {
    "Image": gettext_lazy("%(token)s names no picture: there is no picture."),
    "Video": gettext_lazy("%(token)s names no video: there is no video."),
    "Audio": gettext_lazy("%(token)s names no sound: there is no sound."),
}
_TOO_FEW = {
    "Image": ngettext_lazy(
        "%(token)s names no picture: there is only %(count)d.",
        "%(token)s names no picture: there are only %(count)d.",
        "count",
    ),
    "Video": ngettext_lazy(
        "%(token)s names no video: there is only %(count)d.",
        "%(token)s names no video: there are only %(count)d.",
        "count",
    ),
    "Audio": ngettext_lazy(
        "%(token)s names no sound: there is only %(count)d.",
        "%(token)s names no sound: there are only %(count)d.",
        "count",
    ),
}


def _known(user: User, tray: Tray) -> dict[str, Asset]:
    ids = [pk for pk in map(asset_id_in, tray.addresses()) if pk]
    found = Asset.objects.filter(user=user, pk__in=ids) if ids else ()
    return {each.address: each for each in found}
