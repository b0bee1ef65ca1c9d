"""Files are opened in a child process with limits: a crash or a limit costs that process only."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generations.media import sandbox
from generations.media.formats import Media
from generations.media.refusals import UnusableFile
from generations.media.sandbox import sandboxed


@sandboxed
def child_pid() -> int:
    return os.getpid()


@sandboxed
def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


@sandboxed
def use_memory() -> None:
    bytearray(2 * 1024**3)


@sandboxed
def write_much(to: Path) -> None:
    with to.open("wb") as file:
        file.truncate(1024**3)


@sandboxed
def fail_with(error: Exception) -> None:
    raise error


@sandboxed
def refuse() -> None:
    raise UnusableFile("too-long", minutes=30)


@sandboxed
def answer(value: str) -> str:
    return value


@sandboxed
def limits() -> str:
    return Path("/proc/self/limits").read_text()


@sandboxed
def describe() -> Media:
    return Media("image", "PNG", ".png", "image/png", 7)


@sandboxed
def wait_for_ever(pid_file: Path) -> None:
    pid_file.write_text(str(os.getpid()))
    time.sleep(600)


def test_it_runs_in_another_process_each_time():
    assert len({os.getpid(), child_pid(), child_pid()}) == 3


@pytest.mark.parametrize("fault", [crash, use_memory])
def test_a_crash_or_a_limit_is_an_unusable_file(fault):
    with pytest.raises(UnusableFile) as refusal:
        fault()
    assert refusal.value.code == "costly"
    assert answer("still here") == "still here"


def test_it_cannot_fill_the_disk(tmp_path: Path):
    with pytest.raises((UnusableFile, OSError)):
        write_much(tmp_path / "large")


@pytest.mark.parametrize(
    ("limit", "most"),
    [("Max cpu time", "30"), ("Max core file size", "0"), ("Max open files", "64")],
)
def test_it_is_limited(limit: str, most: str):
    line = next(line for line in limits().splitlines() if line.startswith(limit))
    assert line[len(limit) :].split()[:2] == [most, most]


def test_errors_of_the_disk_are_told_from_those_of_the_file():
    with pytest.raises(FileNotFoundError):
        fail_with(OSError(2, "gone"))
    with pytest.raises(UnusableFile) as refusal:
        refuse()
    assert (refusal.value.code, refusal.value.params) == ("too-long", {"minutes": 30})
    with pytest.raises(UnusableFile) as refusal:
        fail_with(KeyError("odd"))
    assert refusal.value.code == "damaged"


def test_media_come_back_as_media():
    assert describe() == Media("image", "PNG", ".png", "image/png", 7)


@pytest.mark.parametrize("text", ["", "狐 \0 \U0001f98a", "x" * 100_000])
def test_any_text_passes_both_ways(text: str):
    assert answer(text) == text


@pytest.mark.slow
def test_a_server_that_was_killed_is_started_again():
    assert answer("one") == "one"
    sandbox._server.process.kill()
    sandbox._server.process.wait()
    assert answer("two") == "two"


def test_many_threads_get_their_own_answers():
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, map(str, range(12)))) == [str(number) for number in range(12)]


@sandboxed
def count_decoders(folder: Path) -> int:
    """Return how many of these ran at once; each stays until there are too many, or for two seconds."""
    mine, most, until = folder / str(os.getpid()), 0, time.monotonic() + 2
    mine.touch()
    while time.monotonic() < until and most <= sandbox.MOST_AT_ONCE:
        most = max(most, len(list(folder.iterdir())))
        time.sleep(0.01)
    mine.unlink()
    return most


# A second web process: waitress keeps bodies elsewhere than in /tmp, and systemd gives each service its own /tmp.
ELSEWHERE = """
import os, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
tempfile.tempdir = os.environ["ELSEWHERE"]
import django
from django.conf import settings
django.setup()
settings.DATA_DIR = Path(os.environ["SAME_DATA_DIR"])
from tests.media.test_sandbox import count_decoders
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(4) as pool:
    print(*pool.map(count_decoders, [Path(sys.argv[1])] * 4))
"""


def test_few_files_are_open_at_once_in_all_processes(tmp_path: Path, settings):
    running, elsewhere = tmp_path / "running", tmp_path / "elsewhere"
    running.mkdir()
    elsewhere.mkdir()
    settings.DATA_DIR = tmp_path
    environment = {**os.environ, "ELSEWHERE": str(elsewhere), "SAME_DATA_DIR": str(tmp_path)}
    with (
        subprocess.Popen(
            [sys.executable, "-c", ELSEWHERE, str(running)],
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment},
        ) as other,
        ThreadPoolExecutor(4) as pool,
    ):
        assert other.stdout.readline() == "ready\n"
        ours = pool.map(count_decoders, [running] * 4)
        found = list(map(int, other.communicate("go\n")[0].split()))
        assert max([*ours, *found]) == sandbox.MOST_AT_ONCE


def test_a_full_host_says_so(monkeypatch, tmp_path: Path, settings):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0)
    monkeypatch.setattr(sandbox, "MOST_AT_ONCE", 1)
    with sandbox._slot(), pytest.raises(UnusableFile) as refusal:
        answer("?")
    assert refusal.value.code == "busy"


def until(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


def test_work_ends_when_nobody_waits_for_it(tmp_path: Path):
    pid_file = tmp_path / "pid"
    with sandbox._server.connect() as connection:
        connection.sendall(pickle.dumps((wait_for_ever, (pid_file,), {})))
        connection.shutdown(socket.SHUT_WR)
        assert until(lambda: pid_file.exists() and pid_file.read_text() != "")
        process = Path(f"/proc/{pid_file.read_text()}")
        assert process.exists()
    assert until(lambda: not process.exists())
