"""The whole product as an operator starts it: web, worker and sandbox processes."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

ROOT = Path(__file__).parents[2]
PASSWORD = "a password for tests"
PATIENCE = 90


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@cache
def _prepared() -> Path:
    """Files a first start creates, made once for all test processes because they are the same every time."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    folder = Path(gettempdir()) / f"seedance-prepared-{run}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = Product(folder / "files", is_new=True)
        if not (folder / "done").exists():
            first.folder.mkdir(exist_ok=True)
            first.manage("prepare")
            (folder / "done").touch()
    return first.folder


class Product:
    """`manage.py run` with its own data, static files and ports.

    With `is_new` it starts from nothing instead of from prepared files.
    """

    # Seconds until it answers.
    starts_within = PATIENCE

    def __init__(self, folder: Path, *, is_new: bool = False) -> None:
        self.folder = folder
        if not is_new:
            shutil.copytree(_prepared(), folder, dirs_exist_ok=True)
        self.port = free_port()
        self.sandbox_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "run.log"
        self._runner: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(self.folder / "static"),
            "DOT_ENV": os.devnull,
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "SEEDANCE_ADMIN_PASSWORD": PASSWORD,
        }

    def start(self, *, until: str = "/readyz") -> None:
        self._launch("manage.py", "run")
        self._wait_for(until)

    def _launch(self, *command: str) -> None:
        with self.log.open("wb") as log:
            self._runner = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the product and return its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def stop(self) -> int:
        """Send one Ctrl+C as a terminal does; return the runner's exit status."""
        assert self._runner is not None
        os.killpg(self._runner.pid, signal.SIGINT)
        return self._runner.wait(PATIENCE)

    def processes(self) -> list[int]:
        """Return all live processes started with our data directory, in any group."""
        mark = f"DATA_DIR={self.folder / 'data'}".encode()
        return [pid for pid in _pids() if mark in _environment(pid)]

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def output_with(self, text: str) -> str:
        """Wait until `text` is printed: the runner passes on lines later than a process writes them."""
        give_up = time.monotonic() + PATIENCE
        while text not in self.output():
            assert time.monotonic() < give_up, f"{text!r} was not printed:\n{self.output()}"
            time.sleep(0.1)
        return self.output()

    def _wait_for(self, path: str) -> None:
        give_up = time.monotonic() + self.starts_within
        while time.monotonic() < give_up:
            assert self._runner is not None
            assert self._runner.poll() is None, self.output()
            try:
                urllib.request.urlopen(f"{self.url}{path}", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError(f"{path} did not answer:\n{self.output()}")


class StillProduct(Product):
    """Only the web process, with open sign-up, so no clip changes its state."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "SIGNUP_OPEN": "1", "EMAIL_URL": "smtp://127.0.0.1:9"}

    def start(self, *, until: str = "/healthz") -> None:
        self._launch("-m", "gunicorn", "--config", "python:seedance_web.gunicorn", "seedance_web.wsgi")
        self._wait_for(until)


def _pids() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
