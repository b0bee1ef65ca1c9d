"""Open files of others in a child process with limits, so that a hostile file costs that process only.

Each of our processes starts one server on first use. The server has imported the decoders, and forks a child for
each call: that takes milliseconds, where starting an interpreter takes a second. What a child returns is JSON and is
checked: nothing it says can run code here.
"""

import atexit
import fcntl
import functools
import json
import logging
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TextIO, TypeVar

from django.conf import settings

from generations.media.formats import Media
from generations.media.refusals import UnusableFile

logger = logging.getLogger(__name__)

# Longer than the CPU time that the server allows, because the machine may be busy with other things.
DEADLINE_SECONDS = 120
# Files opened at the same time by all processes of this studio, and how long a further one waits for its turn.
MOST_AT_ONCE = 4
WAIT_SECONDS = 60

_ROOT = Path(__file__).parents[2]
_MOST_ANSWER = 1024 * 1024


class _Server:
    """The server of this process, and the socket over which it is asked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.socket: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.is_child = False

    def connect(self) -> socket.socket:
        """Return a connection to a new child."""
        ours, theirs = socket.socketpair()
        with theirs, self.lock:
            for _try in range(2):
                try:
                    socket.send_fds(self.socket or self._start(), [b"1"], [theirs.fileno()])
                except OSError:
                    self.stop()  # It was killed; start another.
                else:
                    return ours
        ours.close()
        raise UnusableFile("busy")

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl+C is for us to handle. It ends when our end of the socket closes.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "generations.media.sandbox_server"],
                stdin=theirs.fileno(),
                cwd=_ROOT,
                start_new_session=True,
            )
        self.socket = ours
        return ours

    def stop(self) -> None:
        if self.socket:
            self.socket.close()
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        self.socket = self.process = None

    def forget(self) -> None:
        """After a fork: the server belongs to the parent."""
        if self.socket:
            self.socket.close()
        if self.process:
            self.process.returncode = 0
        self.lock, self.socket, self.process = threading.Lock(), None, None


_server = _Server()
P = ParamSpec("P")
R = TypeVar("R")
os.register_at_fork(after_in_child=_server.forget)
atexit.register(_server.stop)


def sandboxed(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in a limited child process.

    Arguments are pickled; results are None, booleans, numbers, texts or Media. Raises what the function raises if
    that is UnusableFile or OSError, and UnusableFile for a child that crashed or reached a limit.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if _server.is_child:
            return function(*args, **kwargs)
        with _slot(), _server.connect() as connection:
            connection.settimeout(DEADLINE_SECONDS + 10)
            answer = b""
            try:
                connection.sendall(pickle.dumps((call, args, kwargs)))
                connection.shutdown(socket.SHUT_WR)
                while len(answer) <= _MOST_ANSWER and (chunk := connection.recv(64 * 1024)):
                    answer += chunk
            except OSError:
                answer = b""
        return _result(answer)  # type: ignore[return-value]

    return call


def _result(answer: bytes) -> Media | str | float | None:
    match json.loads(answer or '{"refused": ["costly", {}]}'):
        case {"media": dict(media)}:
            return Media(**media)
        case {"value": bool() | int() | float() | str() | None as value}:
            return value
        case {"refused": [str(code), dict(params)]}:
            raise UnusableFile(code, **params)
        case {"os-error": [int(number), str(words)]}:
            raise OSError(number, words)
        case {"error": str(trace)}:
            logger.error("A file could not be opened: %s", trace)
    raise UnusableFile("damaged")


@contextmanager
def _slot() -> Iterator[None]:
    """Hold one of the studio's few slots; the kernel returns it if this process dies.

    A folder for temporary files would not do: web processes and workers have their own.
    """
    folder = settings.DATA_DIR / "decoders"
    folder.mkdir(mode=0o700, exist_ok=True)
    until = time.monotonic() + WAIT_SECONDS
    with ExitStack() as files:
        slots = [files.enter_context((folder / str(number)).open("w")) for number in range(MOST_AT_ONCE)]
        while not any(map(_is_locked, slots)):
            if time.monotonic() > until:
                raise UnusableFile("busy")
            time.sleep(0.02)
        yield


def _is_locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def run_as_child() -> None:
    """Declare this process a child: sandboxed functions run in it directly."""
    _server.is_child = True
