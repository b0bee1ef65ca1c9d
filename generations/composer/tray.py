"""The composer's tray: a recipe's files by role and order, and how to rearrange them.

Pure values, nothing is saved here. Addresses are what the form accepts: ``library:<id>``, ``asset://…``,
http(s).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from generations.seedance.prompt_tokens import Token
from generations.seedance.roles import FIRST_FRAME, FRAMES, LAST_FRAME, LISTS, PICTURES, ROLES

# How many files over the limit the tray still shows, so that the user can choose which to remove.
SPARE = 3


class Full(Exception):
    """The role has no room left. The message says so."""


@dataclass(frozen=True)
class Place:
    """A file's position: its role and its number, from 1."""

    role: str
    position: int = 1


@dataclass(frozen=True)
class Tray:
    """Addresses by role. A frame role holds at most one, and lists have no duplicates."""

    files: Mapping[str, tuple[str, ...]]

    def __getitem__(self, role: str) -> tuple[str, ...]:
        return self.files.get(role, ())

    def at(self, place: Place) -> str | None:
        """Return the address at this place, if any."""
        files = self[place.role]
        return files[place.position - 1] if 0 < place.position <= len(files) else None

    def token_of(self, address: str) -> Token | None:
        """Return the token of a reference; None for a frame or a file that is not in the tray."""
        lists = ((role, self[role.wire]) for role in LISTS)
        return next(
            (Token(role.token, files.index(address) + 1) for role, files in lists if address in files), None
        )

    def fields(self) -> list[tuple[str, str]]:
        """Return the tray as form data: one field per address."""
        return [(role, address) for role in ROLES for address in self[role]]

    def addresses(self) -> set[str]:
        return {address for role in ROLES for address in self[role]}

    def counts(self) -> dict[str, int]:
        """Return the number of references by token kind."""
        return {role.token: len(self[role.wire]) for role in LISTS}


def posted(form: QueryDict) -> Tray:
    """Return the tray of a posted form, cut slightly above the model's limits.

    Fields may be repeated or have one address per line.
    """
    lines = {role: [line for value in form.getlist(role) for line in value.splitlines()] for role in ROLES}
    return Tray({role: _held(role, lines[role])[: each.limit + SPARE] for role, each in ROLES.items()})


def listed(files: str | Iterable[str] | None) -> Iterable[str]:
    """Return a field's files as a list, since a frame has a single value or none."""
    return ([files] if files else []) if isinstance(files, str) else files or ()


def of(files: Iterable[tuple[str, str]]) -> Tray:
    """Build a tray from (role, address) pairs in order, skipping empty addresses."""
    listed = list(files)
    return Tray({role: _held(role, [address for each, address in listed if each == role]) for role in ROLES})


def added(tray: Tray, role: str, address: str) -> Tray:
    """Append an address to its list, or replace the frame. Raises Full."""
    if ROLES[role].is_frame:
        return _with(tray, role, (address,))
    if address in tray[role]:
        return tray
    if len(tray[role]) >= ROLES[role].limit:
        raise Full(str(ROLES[role].full) % {"most": ROLES[role].limit})
    return _with(tray, role, (*tray[role], address))


def removed(tray: Tray, place: Place) -> Tray:
    gone = tray.at(place)
    return _with(tray, place.role, (each for each in tray[place.role] if each != gone))


def moved(tray: Tray, source: Place, target: Place) -> Tray:
    """Move a file to another place: lists close up, frames swap.

    Only images may become frames. Raises Full.
    """
    address = tray.at(source)
    if address is None or source == target:
        return tray
    if source.role != target.role and {ROLES[source.role].kind, ROLES[target.role].kind} != {"image"}:
        return tray
    if source.role == target.role:
        rest = [each for each in tray[source.role] if each != address]
        rest.insert(max(0, target.position - 1), address)
        return _with(tray, source.role, rest)
    if ROLES[target.role].is_frame:
        # The previous frame takes its place.
        rest = [each for each in tray[source.role] if each != address]
        rest[source.position - 1 : source.position - 1] = [
            each for each in tray[target.role] if each not in rest
        ]
        return _with(_with(tray, source.role, rest), target.role, (address,))
    tray = added(removed(tray, source), target.role, address)
    return moved(tray, Place(target.role, len(tray[target.role])), target)


def swapped(tray: Tray) -> Tray:
    """Swap first and last frame. A single one moves to the other side."""
    return _with(_with(tray, FIRST_FRAME, tray[LAST_FRAME]), LAST_FRAME, tray[FIRST_FRAME])


def replaced(tray: Tray, address: str, by: str) -> Tray:
    """Replace a file in all its places, for example after a fix."""
    return Tray(
        {role: _held(role, [by if each == address else each for each in tray[role]]) for role in ROLES}
    )


def without(tray: Tray, address: str) -> Tray:
    """Remove a file from the references. Frames keep it."""
    for role in LISTS:
        tray = _with(tray, role.wire, (each for each in tray[role.wire] if each != address))
    return tray


def cleared(tray: Tray, role: str) -> Tray:
    return _with(tray, role, ())


def frames_as_references(tray: Tray) -> Tray:
    """Move both frames to the end of the images. Raises Full."""
    for frame in FRAMES:
        for address in tray[frame.wire]:
            tray = added(cleared(tray, frame.wire), PICTURES, address)
    return tray


def moves(before: Tray, after: Tray) -> dict[Token, Token]:
    """Return how to rename tokens so that the prompt still refers to the same files.

    A removed file gets the number after the last one. Its token then refers to nothing, which is shown as a
    warning, and the next added file takes its place. A replacement keeps the token.
    """
    found: dict[Token, Token] = {}
    for role in LISTS:
        old, new = before[role.wire], after[role.wire]
        behind = len(new)
        for number, address in enumerate(old, start=1):
            if address in new:
                place = new.index(address) + 1
            elif len(new) == len(old) and new[number - 1] not in old:
                place = number
            else:
                place = behind = behind + 1
            if place != number:
                found[Token(role.token, number)] = Token(role.token, place)
    return found


def _with(tray: Tray, role: str, files: Iterable[str]) -> Tray:
    return Tray({**{each: tray[each] for each in ROLES}, role: _held(role, files)})


def _held(role: str, files: Iterable[str]) -> tuple[str, ...]:
    """Return unique, non-empty addresses; of a frame, only the last one."""
    found = tuple(dict.fromkeys(each.strip() for each in files if each.strip()))
    return found[-1:] if ROLES[role].is_frame else found
