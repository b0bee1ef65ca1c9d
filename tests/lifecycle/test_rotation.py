"""Keys are changed while clips are under way: each ends, and is charged once."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.signing import BadSignature, SignedPackage

from generations import tasks
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.lifecycle.connection import connect
from generations.lifecycle.outages import probe_provider, resume_submitting
from generations.lifecycle.poll import poll_jobs
from generations.lifecycle.submit import submit_generation
from generations.models import Generation, Studio
from tests.marked_keys import API_KEY, OLD_API_KEY
from tests.queue import queued
from tests.seen import run_until, sent_jobs

OLD, NEW = "an earlier secret key of these tests", "the next secret key of these tests"


@pytest.mark.parametrize("status", ["submitting", "running", "fetching"])
def test_a_clip_under_way_ends_with_the_next_api_key(
    generation: Generation, settings: LazySettings, tmp_path: Path, status: str
) -> None:
    """The old key is refused while nobody has set the new one: the clip waits, and goes on."""
    settings.APIFRAME_API_KEY = OLD_API_KEY
    with Sandbox(tmp_path / "provider", key=OLD_API_KEY, seconds=0, seed=1) as sandbox:
        settings.APIFRAME_URL, port = sandbox.url, int(sandbox.url.rsplit(":", 1)[1])
        with connect() as client:
            run_until(generation, status, client)
        charged = [each.charged for each in sent_jobs(sandbox)]
    with Sandbox(tmp_path / "provider", port=port, key=API_KEY, seconds=0, seed=1) as sandbox:
        with connect() as client:
            submit_generation(generation, client)
            poll_jobs(client)
        generation.refresh_from_db()
        assert generation.status in (status, "queued")
        settings.APIFRAME_API_KEY, settings.APIFRAME_API_KEY_PREVIOUS = API_KEY, OLD_API_KEY
        with connect() as client:
            # As staff do, or the worker by itself after half a minute.
            resume_submitting()
            probe_provider(client)
            run_until(generation, "finished", client)
        charged += [each.charged for each in sent_jobs(sandbox)]
    assert (sum(map(bool, charged)), Studio.objects.get().may_submit) == (1, True)
    assert (account_for(generation.user).balance, account_for(generation.user).held) == (96, 0)


@pytest.fixture
def rotated(
    generation: Generation,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks,
) -> Generation:
    """A clip whose submit was queued under the old key, before the processes started again with the new one."""
    monkeypatch.setattr(Conf, "SECRET_KEY", OLD)
    settings.SECRET_KEY = OLD
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    monkeypatch.setattr(Conf, "SECRET_KEY", NEW)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, ["of last year", OLD]
    return generation


def test_what_was_queued_under_the_old_secret_key_runs(rotated: Generation, sandbox: Sandbox) -> None:
    assert SignedPackage.loads(get_broker("light").next_waiting())["func"] == "generations.tasks.submit"
    assert queued("light") == ["generations.tasks.submit", "generations.tasks.sweep"]


def test_without_the_fallback_it_is_dropped(
    rotated: Generation, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.SECRET_KEY_FALLBACKS = ["another"]
    with pytest.raises(BadSignature):
        queued("light")
