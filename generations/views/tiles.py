"""The composer's tray as templates draw it: a tile for every file, with its token, its state and what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from generations import tray as trays
from generations.models import Asset, User
from generations.models.asset import asset_id_in
from generations.seedance import FRAME_FIELDS, LIST_LIMITS, TOKEN_NAMES
from generations.tokens import Token, dangling, mentioned, unmentioned
from generations.tray import Tray

FRAME_LABELS = {trays.FIRST_FRAME: "First frame", trays.LAST_FRAME: "Last frame"}
_KINDS = {trays.VIDEOS: "video", trays.SOUNDS: "audio"}
_NAMES = {"Image": "picture", "Video": "video", "Audio": "sound"}


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
        return FRAME_LABELS[self.role]


@dataclass(frozen=True)
class Count:
    """How full a list is."""

    noun: str
    used: int
    limit: int


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
    noun, count = _NAMES[token.kind], counts.get(token.kind, 0)
    there = f"there {'is' if count == 1 else 'are'} only {count}" if count else f"there is no {noun}"
    return f"{token} names no {noun}: {there}."


def _known(user: User, tray: Tray) -> dict[str, Asset]:
    ids = [pk for pk in map(asset_id_in, tray.addresses()) if pk]
    found = Asset.objects.filter(user=user, pk__in=ids) if ids else ()
    return {each.address: each for each in found}
