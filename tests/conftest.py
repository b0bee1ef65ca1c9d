"""Users, factories, and the sandbox for every test that calls Apiframe."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.models import Generation, User
from tests import leaks, queue
from tests.factories import make_generation, make_user
from tests.marked_keys import API_KEY

_LEAKS = pytest.StashKey[list[str]]()
# Apiframe's SDK is in no registry: its test runs only with a local copy, as the header says.
SDK_IS_HERE = bool(os.environ.get("APIFRAME_SDK"))
collect_ignore = [] if SDK_IS_HERE else ["sandbox/test_official_client.py"]


def pytest_report_header() -> str:
    found = "driven against the sandbox" if SDK_IS_HERE else "not run (APIFRAME_SDK names no copy of it)"
    return f"Apiframe's own SDK: {found}"


def pytest_configure(config: pytest.Config) -> None:
    leaks.watch()


@pytest.fixture(autouse=True)
def _keys_stay_in() -> Iterator[None]:
    """Bar 47: no marked key in any answer, mail, log line, task, session or row of this test."""
    leaks.take()
    yield
    assert leaks.take() == [], "a key was let out"


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Bar 47: nor in any file that tests left, backups and databases of real processes among them."""
    yield
    # With xdist, the files of all processes lie below those of the first.
    if not hasattr(session.config, "workerinput"):
        root = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        session.config.stash[_LEAKS] = found = list(leaks.leaks_in_files(root))
        if found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for path in config.stash.get(_LEAKS, []):
        terminalreporter.write_line(f"A KEY WAS LET OUT into {path}", red=True)


# Browser tests that start products of their own; the others share one.
_WITH_THEIR_OWN = ("comforts/", "test_gallery", "test_journeys", "test_shifts", "test_studio", "test_takes")


def _browser_scope(nodeid: str) -> int:
    """Return 1 or 2 for the two processes that drive a browser, and 3 for all other tests."""
    path = nodeid.removeprefix("tests/browser/")
    return 3 if path == nodeid else 1 if path.startswith(_WITH_THEIR_OWN) else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests first: they mostly wait, and each of their scopes runs in one process to its end."""
    items.sort(key=lambda item: _browser_scope(item.nodeid))


class BrowserApart(LoadScopeScheduling):
    """Run browser tests in two processes, one product at a time in each; all others module by module."""

    def _split_scope(self, nodeid: str) -> str:
        scope = _browser_scope(nodeid)
        return nodeid.split("::")[0] if scope == 3 else f"browser {scope}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserApart:
    # xdist would start with the scope that has most tests.
    config.option.loadscopereorder = False
    return BrowserApart(config, log)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fail instead of skipping if REQUIRE_EVERYTHING is set."""
    outcome = yield
    report = outcome.get_result()
    if os.environ.get("REQUIRE_EVERYTHING") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where everything is required: {report.longrepr}"


def pytest_runtest_teardown() -> None:
    """Give up real-time priority: SVT-AV1, run as root, takes it for its process and starves all others."""
    if hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) != os.SCHED_OTHER:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@pytest.fixture(autouse=True)
def _clean_slate(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    # A thread keeps the language of its last request.
    translation.activate(settings.LANGUAGE_CODE)
    if settings.REDIS_URL:
        queue.empty()


@pytest.fixture
def alice(db: None) -> User:
    """The user who owns test data, with 100 credits."""
    return make_user("alice", credits=100)


@pytest.fixture
def bob(db: None) -> User:
    """A user who must not see anything of alice's."""
    return make_user("bob", credits=100)


@pytest.fixture
def staff(db: None) -> User:
    """An administrator."""
    return make_user("staff", is_staff=True, is_superuser=True)


@pytest.fixture
def as_alice(alice: User) -> Client:
    return _signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return _signed_in(bob)


@pytest.fixture
def as_staff(staff: User) -> Client:
    return _signed_in(staff)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def generation(alice: User) -> Generation:
    """A queued generation of alice's with its credits held."""
    return make_generation(user=alice)


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox"), key=API_KEY, seconds=0, seed=1) as server:
        yield server


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings) -> Sandbox:
    """An empty sandbox that the product is configured to use."""
    running_sandbox.reset()
    settings.APIFRAME_URL = running_sandbox.url
    return running_sandbox


@pytest.fixture
def apiframe(sandbox: Sandbox) -> Iterator[Apiframe]:
    """A client for the sandbox that never sleeps."""
    with Apiframe(API_KEY, base_url=sandbox.url, sleep=lambda seconds: None) as client:
        yield client
