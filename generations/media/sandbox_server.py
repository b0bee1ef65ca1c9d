"""The server that forks a limited child for each file to open; ``sandbox`` starts it and asks it."""

import ctypes
import json
import os
import pickle
import resource
import select
import signal
import socket
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from generations.media import intake  # noqa: F401 (imported once, for all children)
from generations.media.formats import MEGABYTE, Media
from generations.media.refusals import UnusableFile
from generations.media.sandbox import DEADLINE_SECONDS, run_as_child

# A picture of 36 megapixels in a progressive JPEG takes 500 MB, and a strip of a long 4K video 15 s.
CPU_SECONDS = 30
MEMORY_BYTES = 768 * MEGABYTE
FILE_BYTES = 512 * MEGABYTE
OPEN_FILES = 64
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def serve(requests: socket.socket) -> None:
    """Fork a child for each connection that arrives, until the process that started us is gone."""
    signal.signal(signal.SIGCHLD, _reap)
    while True:
        word, descriptors, _flags, _address = socket.recv_fds(requests, 1, 1)
        if not word:
            return
        if os.fork() == 0:
            requests.close()
            with suppress(BaseException):
                _limit()
                with socket.socket(fileno=descriptors[0]) as connection:
                    _answer(connection)
            os._exit(0)
        os.close(descriptors[0])


def _reap(signum: int, frame: FrameType | None) -> None:
    """Reap children here, because the CPU time of those that the kernel reaps is counted nowhere."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _limit() -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    signal.alarm(DEADLINE_SECONDS)  # Without a handler, the kernel ends the process whatever it does.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: pages * resource.getpagesize() + MEMORY_BYTES,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


def _answer(connection: socket.socket) -> None:
    function, args, kwargs = pickle.loads(b"".join(iter(lambda: connection.recv(64 * 1024), b"")))  # noqa: S301 - ours

    # End this process once nobody waits for its answer.
    def watch() -> None:
        hang_up = select.poll()
        hang_up.register(connection, select.POLLHUP)
        hang_up.poll()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        value = function(*args, **kwargs)
        answer: dict[str, Any] = {"media": asdict(value)} if isinstance(value, Media) else {"value": value}
    except UnusableFile as refusal:
        answer = {"refused": [refusal.code, refusal.params]}
    except MemoryError:
        answer = {"refused": ["costly", {}]}
    except OSError as error:
        answer = {"os-error": [error.errno or 0, str(error)]}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    connection.sendall(json.dumps(answer).encode())


if __name__ == "__main__":
    run_as_child()
    with socket.socket(fileno=0) as stdin:
        serve(stdin)
