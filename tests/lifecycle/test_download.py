"""Downloading a clip: video, last frame and poster, and every failure on the way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.lifecycle import download, transitions
from generations.lifecycle.download import download_result
from generations.media import sandbox as sandbox_module
from generations.media import thumbnails
from generations.media.intake import take_in_clip
from generations.media.refusals import UnusableFile
from generations.models import Generation, User
from generations.texts import messages
from tests.factories import make_generation, make_recipe
from tests.seen import run_until


@pytest.fixture
def fetching(alice: User, apiframe: Apiframe) -> Generation:
    """A clip completed at Apiframe but not yet downloaded."""
    generation = make_generation(user=alice, recipe=make_recipe(return_last_frame=True))
    return run_until(generation, "fetching", apiframe)


def _fetch(generation: Generation, apiframe: Apiframe) -> Generation:
    download_result(Generation.objects.get(pk=generation.pk), apiframe)
    return Generation.objects.get(pk=generation.pk)


def test_it_stores_a_playable_clip(fetching: Generation, apiframe: Apiframe) -> None:
    finished = _fetch(fetching, apiframe)
    assert finished.status == "finished"
    with av.open(finished.video.path) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 4 * 24


def test_a_clip_shorter_than_paid_is_noted_in_its_timeline(
    fetching: Generation, apiframe: Apiframe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        download, "take_in_clip", lambda *args, **kwargs: replace(take_in_clip(*args, **kwargs), seconds=3.0)
    )
    finished = _fetch(fetching, apiframe)
    noted = finished.events.get(status="finished").detail
    assert (noted.kind, noted.params) == ("short-clip", {"measured": "3.0", "seconds": 4})


def test_a_clip_of_the_paid_length_is_not_noted(fetching: Generation, apiframe: Apiframe) -> None:
    assert _fetch(fetching, apiframe).events.get(status="finished").detail == ""


def test_it_stores_the_frame_size(fetching: Generation, apiframe: Apiframe) -> None:
    finished = _fetch(fetching, apiframe)
    with av.open(finished.video.path) as clip:
        stream = clip.streams.video[0]
        assert (finished.width, finished.height) == (stream.width, stream.height)


def test_it_stores_a_poster_and_the_last_frame(fetching: Generation, apiframe: Apiframe) -> None:
    finished = _fetch(fetching, apiframe)
    with Image.open(finished.poster.path) as poster, Image.open(finished.last_frame.path) as last:
        assert (poster.format, last.format) == ("JPEG", "PNG")


def test_it_stores_a_picture_in_the_size_of_a_card(fetching: Generation, apiframe: Apiframe) -> None:
    finished = _fetch(fetching, apiframe)
    with Image.open(finished.thumbnail.path) as picture:
        assert (picture.format, picture.width) == ("WEBP", 480)
    assert finished.thumbnail.size < finished.poster.size


def test_it_stores_a_sprite_sheet_of_eight_frames(fetching: Generation, apiframe: Apiframe) -> None:
    finished = _fetch(fetching, apiframe)
    with Image.open(finished.strip.path) as strip:
        assert (strip.format, strip.width) == ("JPEG", 8 * 320)


@pytest.mark.parametrize(
    "fault", [UnusableFile("damaged"), ValueError("Encoder."), MemoryError("No room.")], ids=str
)
def test_a_clip_is_kept_if_its_sprite_sheet_fails(
    fetching: Generation, apiframe: Apiframe, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(stream: object, found: object, to: Path) -> None:
        to.write_bytes(b"half of it")
        raise fault

    monkeypatch.setattr(sandbox_module._server, "is_child", True)
    monkeypatch.setattr(thumbnails, "_save_strip", fail)
    finished = _fetch(fetching, apiframe)
    assert (finished.status, finished.strip.name, finished.error) == ("finished", "", "")
    assert finished.poster.size
    assert finished.last_frame.size


def test_a_clip_that_ends_the_child_process_is_kept_without_its_strip(
    fetching: Generation, apiframe: Apiframe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(video: Path, **_: object) -> None:
        video.with_name("strip.jpg").write_bytes(b"half of it")
        raise UnusableFile("costly")

    monkeypatch.setattr(download, "take_in_clip", crash)
    finished = _fetch(fetching, apiframe)
    assert (finished.status, finished.strip.name, finished.error) == ("finished", "", "")
    assert finished.poster.size
    assert finished.last_frame.size


def test_it_extracts_the_last_frame_if_none_was_returned(alice: User, apiframe: Apiframe) -> None:
    generation = run_until(make_generation(user=alice), "fetching", apiframe)
    finished = _fetch(generation, apiframe)
    with av.open(finished.video.path) as clip, Image.open(finished.last_frame.path) as last:
        *_, frame = clip.decode(video=0)
        assert last.tobytes() == frame.to_image().tobytes()


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"drop": "before"}, {"truncate": 1000}, {"garbage": True}], ids=str
)
def test_an_error_is_retried_and_never_fails_a_paid_clip(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox, fault: dict[str, object]
) -> None:
    sandbox.fault("file", times=9, **fault)
    waiting = _fetch(fetching, apiframe)
    assert waiting.status == "fetching"
    assert waiting.error.kind == messages.NOT_DOWNLOADED.name
    sandbox.clear_faults()
    Generation.objects.update(due_at=None)
    assert _fetch(fetching, apiframe).status == "finished"
    assert account_for(fetching.user).balance == 96


def test_an_unexpected_error_is_logged_and_the_clip_retried_soon(
    fetching: Generation, apiframe: Apiframe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(download, "take_in_clip", fail)
        with pytest.raises(OperationalError):
            _fetch(fetching, apiframe)
    put_off = Generation.objects.get(pk=fetching.pk)
    assert (put_off.status, put_off.enqueued_at) == ("fetching", None)
    assert put_off.due_at < timezone.now() + timedelta(minutes=1)
    Generation.objects.update(due_at=None)
    assert _fetch(fetching, apiframe).status == "finished"


def test_the_task_run_twice_stores_one_clip(fetching: Generation, apiframe: Apiframe) -> None:
    # bar 22
    first = _fetch(fetching, apiframe)
    second = _fetch(fetching, apiframe)
    assert first.video.name == second.video.name
    assert first.events.filter(status="finished").count() == 1


def test_a_claimed_clip_is_left_to_its_worker(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    transitions.claim(fetching, Generation.Status.FETCHING)
    seen = len(sandbox.requests)
    assert _fetch(fetching, apiframe).status == "fetching"
    assert len(sandbox.requests) == seen
