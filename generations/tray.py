"""The composer's tray: which files a recipe names, in which role and order, and what rearranging does to it.

Pure values; nothing here is saved. Addresses are what the form takes: ``library:<id>``, ``asset://…``, http(s).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from generations.seedance import FRAME_FIELDS, LIST_LIMITS, TOKEN_NAMES
from generations.tokens import Token

ROLES = (*FRAME_FIELDS, *LIST_LIMITS)
FIRST_FRAME, LAST_FRAME = FRAME_FIELDS
PICTURES, VIDEOS, SOUNDS = LIST_LIMITS
# Where a picture may lie; videos and sounds have one place each.
_FOR_PICTURES = (*FRAME_FIELDS, PICTURES)
NOUNS = {PICTURES: "pictures", VIDEOS: "videos", SOUNDS: "sounds"}


_FULL = {
    PICTURES: _("At most %(most)s pictures. Take one out first."),
    VIDEOS: _("At most %(most)s videos. Take one out first."),
    SOUNDS: _("At most %(most)s sounds. Take one out first."),
}


class Full(Exception):
    """There is no room left in this role; the message says so in words."""


@dataclass(frozen=True)
class Place:
    """Where a file lies: its role, and its position from 1."""

    role: str
    position: int = 1


@dataclass(frozen=True)
class Tray:
    """Addresses by role; a frame's role holds one or none, and no list holds the same twice."""

    files: Mapping[str, tuple[str, ...]]

    def __getitem__(self, role: str) -> tuple[str, ...]:
        return self.files.get(role, ())

    def at(self, place: Place) -> str | None:
        """The address that lies there, if any."""
        files = self[place.role]
        return files[place.position - 1] if 0 < place.position <= len(files) else None

    def addresses(self) -> set[str]:
        return {address for role in ROLES for address in self[role]}

    def counts(self) -> dict[str, int]:
        """How many references there are, by the kind that their tokens name."""
        return {kind: len(self[role]) for role, kind in TOKEN_NAMES.items()}


def posted(form: QueryDict) -> Tray:
    """What a form names: fields given several times, or a line each."""
    return Tray(
        {
            role: _held(role, [line for value in form.getlist(role) for line in value.splitlines()])
            for role in ROLES
        }
    )


def of(files: Iterable[tuple[str, str]]) -> Tray:
    """Addresses by role, each in its order; nothing where the address is empty."""
    listed = list(files)
    return Tray({role: _held(role, [address for each, address in listed if each == role]) for role in ROLES})


def added(tray: Tray, role: str, address: str) -> Tray:
    """With one more at the end of its list, or in place of what was that frame. Raises Full."""
    if role in FRAME_FIELDS:
        return _with(tray, role, (address,))
    if address in tray[role]:
        return tray
    if len(tray[role]) >= LIST_LIMITS[role]:
        raise Full(_FULL[role] % {"most": LIST_LIMITS[role]})
    return _with(tray, role, (*tray[role], address))


def removed(tray: Tray, place: Place) -> Tray:
    gone = tray.at(place)
    return _with(tray, place.role, (each for each in tray[place.role] if each != gone))


def moved(tray: Tray, source: Place, target: Place) -> Tray:
    """Put one in another's place: within a list the others close up, with a frame both change places.

    Only what a picture is may become a frame. Raises Full.
    """
    address = tray.at(source)
    if address is None or source == target:
        return tray
    if source.role != target.role and not {source.role, target.role} <= set(_FOR_PICTURES):
        return tray
    if source.role == target.role:
        rest = [each for each in tray[source.role] if each != address]
        rest.insert(max(0, target.position - 1), address)
        return _with(tray, source.role, rest)
    if target.role in FRAME_FIELDS:
        return _into_frame(tray, address, source, target.role)
    listed = added(removed(tray, source), target.role, address)
    return moved(listed, Place(target.role, len(listed[target.role])), target)


def swapped(tray: Tray) -> Tray:
    """First and last frame change places; one alone goes over to the other side."""
    return _with(_with(tray, FIRST_FRAME, tray[LAST_FRAME]), LAST_FRAME, tray[FIRST_FRAME])


def replaced(tray: Tray, address: str, by: str) -> Tray:
    """Another file in the same places, as after a fix."""
    return Tray(
        {role: _held(role, [by if each == address else each for each in tray[role]]) for role in ROLES}
    )


def without(tray: Tray, address: str) -> Tray:
    """Without this file among the references; frames keep it."""
    return Tray(
        {
            role: tray[role]
            if role in FRAME_FIELDS
            else tuple(each for each in tray[role] if each != address)
            for role in ROLES
        }
    )


def cleared(tray: Tray, role: str) -> Tray:
    return _with(tray, role, ())


def frames_as_references(tray: Tray) -> Tray:
    """Both frames at the end of the pictures. Raises Full."""
    for role in FRAME_FIELDS:
        for address in tray[role]:
            tray = added(cleared(tray, role), PICTURES, address)
    return tray


def moves(before: Tray, after: Tray) -> dict[Token, Token]:
    """How tokens are renamed so that a prompt goes on speaking of the same files.

    What was taken out counts as put behind the last: its token then names nothing, which is pointed out, and the
    next file added takes its place. What another was put in place of keeps its token.
    """
    found: dict[Token, Token] = {}
    for role, kind in TOKEN_NAMES.items():
        for old, new in _renumbered(before[role], after[role]).items():
            if old != new:
                found[Token(kind, old)] = Token(kind, new)
    return found


def _renumbered(before: tuple[str, ...], after: tuple[str, ...]) -> dict[int, int]:
    numbers: dict[int, int] = {}
    behind = len(after)
    for number, address in enumerate(before, start=1):
        if address in after:
            numbers[number] = after.index(address) + 1
        elif len(after) == len(before) and after[number - 1] not in before:
            numbers[number] = number
        else:
            behind += 1
            numbers[number] = behind
    return numbers


def _into_frame(tray: Tray, address: str, source: Place, frame: str) -> Tray:
    """What was that frame takes the place that became free."""
    back = tray[frame]
    rest = [each for each in tray[source.role] if each != address]
    rest[source.position - 1 : source.position - 1] = [each for each in back if each not in rest]
    return _with(_with(tray, source.role, rest), frame, (address,))


def _with(tray: Tray, role: str, files: Iterable[str]) -> Tray:
    return Tray({**{each: tray[each] for each in ROLES}, role: _held(role, files)})


def _held(role: str, files: Iterable[str]) -> tuple[str, ...]:
    """Each once, nothing empty; of a frame the last one given."""
    found = tuple(dict.fromkeys(each.strip() for each in files if each.strip()))
    return found[-1:] if role in FRAME_FIELDS else found
