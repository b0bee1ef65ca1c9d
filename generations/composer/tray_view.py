"""The composer's tray for templates: one tile per file with its token, state and actions."""

from dataclasses import dataclass
from hashlib import sha256

from generations.composer.addresses import short_name
from generations.composer.tray import Tray
from generations.models import Asset, User
from generations.seedance.prompt_tokens import Token, dangling_tokens, mentioned_tokens, unmentioned_tokens
from generations.seedance.roles import FRAMES, LISTS, ROLES, VIDEOS, Role, list_of_token


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
        """Return a key for the same file and role that does not change when the file moves."""
        return sha256(f"{self.role} {self.address}".encode()).hexdigest()[:12]

    @property
    def token(self) -> str:
        """Return the file's token in the prompt. Frames have none."""
        token = ROLES[self.role].token
        return str(Token(token, self.position)) if token else ""

    @property
    def kind(self) -> str:
        return ROLES[self.role].kind

    @property
    def place(self) -> str:
        return f"{self.role} {self.position}"

    @property
    def label(self) -> str:
        return self.asset.name if self.asset else short_name(self.address)

    @property
    def before(self) -> str:
        """Return the place to the left; empty for the first."""
        return f"{self.role} {self.position - 1}" if self.position > 1 else ""

    @property
    def after(self) -> str:
        return f"{self.role} {self.position + 1}" if self.position < self.count else ""


@dataclass(frozen=True)
class Slot:
    """A frame's place, empty or filled."""

    role: str
    tile: Tile | None

    @property
    def label(self) -> str:
        return str(ROLES[self.role].label)


@dataclass(frozen=True)
class Count:
    """How full a list is."""

    role: Role
    used: int


@dataclass(frozen=True)
class TrayView:
    """Everything that `_tray.html` renders."""

    slots: tuple[Slot, ...]
    tiles: tuple[Tile, ...]
    counts: tuple[Count, ...]

    @property
    def is_preparing(self) -> bool:
        """Return whether the page needs to poll for updates."""
        shown = (*self.tiles, *(slot.tile for slot in self.slots))
        return any(tile.asset.is_preparing for tile in shown if tile and tile.asset)

    @property
    def has_frames(self) -> bool:
        return any(slot.tile for slot in self.slots)

    @property
    def doubles(self) -> bool:
        return any(tile.role == VIDEOS for tile in self.tiles)


@dataclass(frozen=True)
class TokenNotes:
    """Mismatches between the prompt and the tray."""

    missing: tuple[str, ...]
    unused: tuple[str, ...]


def tray_view(user: User, tray: Tray, prompt: str) -> TrayView:
    """Return the tray with what is known about its files, in one query."""
    known = Asset.objects.filter(user=user).by_address(tray.addresses())
    spoken = set(mentioned_tokens(prompt))

    def tile(role: str, position: int, address: str) -> Tile:
        is_mentioned = ROLES[role].is_frame or Token(ROLES[role].token, position) in spoken
        return Tile(role, position, address, known.get(address), len(tray[role]), is_mentioned)

    frames = (each.wire for each in FRAMES)
    slots = (Slot(role, next((tile(role, 1, each) for each in tray[role]), None)) for role in frames)
    lists = (tile(role.wire, at, each) for role in LISTS for at, each in enumerate(tray[role.wire], start=1))
    counts = (Count(role, len(tray[role.wire])) for role in LISTS)
    return TrayView(tuple(slots), tuple(lists), tuple(counts))


def token_notes(tray: Tray, prompt: str) -> TokenNotes:
    """Return warnings for tokens without a file, and references missing from the prompt."""
    counts = tray.counts()
    missing = []
    for token in dangling_tokens(prompt, counts):
        count, role = counts.get(token.kind, 0), list_of_token(token.kind)
        missing.append(str((role.too_few if count else role.missing) % {"token": token, "count": count}))
    unused = tuple(map(str, unmentioned_tokens(prompt, counts))) if prompt.strip() else ()
    return TokenNotes(tuple(missing), unused)
