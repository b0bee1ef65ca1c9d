"""The command runs the sandbox and stops on a signal, even while drawing."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.conftest import Asker, until

ROOT = Path(__file__).parents[2]


class _Elsewhere:
    """Just enough of a Sandbox for Asker."""

    def __init__(self, url: str) -> None:
        self.url, self.key = url, "afk_sandbox"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    options = ["--port", "0", "--state", str(tmp_path), "--seconds", "0", "-v", "2"]
    with subprocess.Popen(
        [sys.executable, "manage.py", "apiframe_sandbox", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_while_drawing(process: subprocess.Popen[str], number: signal.Signals) -> None:
    url = process.stdout.readline().split()[-1]
    ask = Asker(_Elsewhere(url))
    job_id = ask.generate(duration=15, resolution="720p").json()["jobId"]
    until(lambda: ask.job(job_id)["status"], lambda status: status == "PROCESSING")
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert process.stderr.read() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can signal one thread of another process")
def test_it_stops_if_another_thread_gets_the_signal(process: subprocess.Popen[str]) -> None:
    process.stdout.readline()
    thread = next(int(name) for name in os.listdir(f"/proc/{process.pid}/task") if int(name) != process.pid)
    assert ctypes.CDLL(None).tgkill(process.pid, thread, signal.SIGTERM) == 0
    assert process.wait(timeout=10) == 0
