"""Watches what the product lets out for the keys of the test settings, which carry a mark.

Whatever a test makes the product say is searched as it leaves: answers, mails, log lines, tasks, sessions and rows.
Files are searched when all tests have ended; our zips are not compressed. Keys that go to Apiframe, where they
belong, pass none of these doors.
"""

import base64
import functools
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.mail import EmailMessage
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler
from django_q.signing import PickleSerializer

from tests.marked_keys import API_KEY, MARK, OLD_API_KEY

_FORMATTER = logging.Formatter()
# A key may lie across two reads of a file or two parts of an answer.
_CHUNK, _LONGEST = 2 * 1024 * 1024, 200
# Where this process let a key out.
_found: list[str] = []


def _in_base64(text: str) -> Iterator[bytes]:
    """How `text` looks in base64, behind any number of other bytes."""
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + text.encode())
        yield encoded[(before * 8 + 5) // 6 : (before + len(text)) * 8 // 6]


# Webhooks are signed with the hash of an API key.
_MARKS = (
    MARK.encode(),
    *_in_base64(MARK),
    *(hashlib.sha256(key.encode()).hexdigest().encode() for key in (API_KEY, OLD_API_KEY)),
)


def take() -> list[str]:
    """Return the places where a key was let out since the last call."""
    found = list(dict.fromkeys(_found))
    _found.clear()
    return found


def watch() -> None:
    """Search from now on whatever this process lets out."""
    _before(logging.Logger, "handle", lambda _logger, record: _look_at_line(record))
    _before(EmailMessage, "send", lambda mail, *_args, **_named: _look_at_mail(mail))
    _before(SessionBase, "encode", lambda _session, data: _look_at(data, "a session"))
    for method in ("execute", "executemany"):
        _before(CursorWrapper, method, _look_at_rows)
    pack, respond = PickleSerializer.dumps, ClientHandler.get_response
    PickleSerializer.dumps = staticmethod(lambda task: _look_at(pack(task), f"a task: {task}"))
    ClientHandler.get_response = lambda handler, request: _look_at_answer(respond(handler, request), request)


def leaks_in_files(root: Path) -> Iterator[str]:
    """Yield each file with a marked key, or with the key that a studio beside it made for itself."""
    made = [
        (path.parents[1], path.read_bytes().strip()) for path in root.rglob("secret_key") if path.is_file()
    ]
    for path in root.rglob("*"):
        # A test may copy the project, with the keys themselves.
        is_key = path.name == "secret_key" or path.name.startswith("marked_keys.")
        if is_key or path.is_symlink() or not path.is_file():
            continue
        keys = {key for folder, key in made if folder in path.parents and key}
        if any(_has_a_mark(content, (*_MARKS, *keys)) for content in _parts_of(path)):
            yield str(path)


def _before(owner: type, name: str, look: Callable[..., object]) -> None:
    """Show a method's arguments to `look` before each call."""
    method = getattr(owner, name)

    @functools.wraps(method)
    def looked_at(*args: Any, **kwargs: Any) -> Any:
        look(*args, **kwargs)
        return method(*args, **kwargs)

    setattr(owner, name, looked_at)


def _look_at(value: Any, place: str) -> Any:
    content = value if isinstance(value, bytes) else str(value).encode(errors="replace")
    if _has_a_mark(content, _MARKS):
        _found.append(place)
    return value


def _look_at_line(record: logging.LogRecord) -> None:
    place = f"a log line of {record.name}"
    _look_at(_FORMATTER.format(record), place)
    _look_at(vars(record), place)


def _look_at_mail(mail: EmailMessage) -> None:
    for part in (mail.message(), mail.body, *getattr(mail, "alternatives", ())):
        _look_at(part, f"a mail: {mail.subject}")


def _look_at_rows(_cursor: object, sql: str, params: object = None) -> None:
    if params and str(sql).startswith(("INSERT", "UPDATE")):
        _look_at(params, f"a row: {sql[:60]}")


def _look_at_answer(response: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    place = f"the answer to {request.method} {request.path}"
    _look_at(response.headers, place)
    _look_at(response.cookies, place)
    if response.streaming:
        parts = response.streaming_content  # type: ignore[attr-defined]
        response.streaming_content = _watched(parts, place)  # type: ignore[attr-defined]
    else:
        _look_at(response.content, place)  # type: ignore[attr-defined]
    return response


def _watched(parts: Iterable[bytes], place: str) -> Iterator[bytes]:
    before = b""
    for part in parts:
        before = _look_at(before[-_LONGEST:] + part, place)
        yield part


def _has_a_mark(content: bytes, marks: Iterable[bytes]) -> bool:
    return any(mark in content for mark in marks)


def _parts_of(path: Path) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        # A later run of pytest deletes the files of the runs before it.
        return
    with file:
        before = b""
        while part := file.read(_CHUNK):
            yield before + part
            before = part[-_LONGEST:]
