"""Trash: delete, restore, delete permanently."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.credits import ledger
from generations.gallery import collections, trash
from generations.lifecycle import clean_up
from generations.media import storage
from generations.models import Entry, Event, Generation, Reference, Tag, User
from tests.factories import make_generation, make_recipe

EVERYTHING = Generation.objects


@pytest.fixture
def finished(alice: User, tmp_path: Path) -> Generation:
    """A clip with everything a clip can have."""
    web = "https://a.test/1.png"
    clip = make_generation(user=alice, recipe=make_recipe(start_image=web, seed=7), status="finished")
    ledger.settle(clip)
    source = tmp_path / "clip"
    for field in ("video", "poster", "thumbnail", "strip", "last_frame"):
        source.write_bytes(b"clip")
        setattr(clip, field, storage.keep(source, f"generations/{clip.pk}/{field}"))
    clip.request_body = b"{}"
    clip.save()
    collections.tag(EVERYTHING.all(), ["Snow"], alice)
    collections.add_to(EVERYTHING.all(), collections.collection_named(alice, "Trip"))
    return clip


def _expire() -> None:
    EVERYTHING.update(trashed_at=timezone.now() - trash.LASTS - timedelta(minutes=1))


def test_it_disappears_and_is_restored_completely(finished: Generation) -> None:
    trash.move_to_trash(EVERYTHING.kept())
    assert not EVERYTHING.kept().exists()
    trash.restore(EVERYTHING.trashed())
    assert EVERYTHING.kept().get().tags.get().name == "Snow"


def test_a_running_clip_cannot_be_deleted(generation: Generation) -> None:
    assert trash.move_to_trash(EVERYTHING.all()).count == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        EVERYTHING.update(trashed_at=timezone.now())


def test_clips_deleted_together_share_a_timestamp(alice: User, finished: Generation) -> None:
    earlier = trash.move_to_trash(EVERYTHING.all())
    make_generation(user=alice, status="failed")
    later = trash.move_to_trash(EVERYTHING.kept())
    assert (earlier.count, later.count) == (1, 1)
    assert trash.restore(EVERYTHING.filter(trashed_at=earlier.at)) == 1
    assert EVERYTHING.kept().get() == finished


def test_only_old_trash_expires(finished: Generation) -> None:
    trash.move_to_trash(EVERYTHING.all())
    assert not trash.expired().exists()
    _expire()
    assert trash.expired().get() == finished


def test_a_clip_outside_the_trash_is_never_wiped(finished: Generation) -> None:
    assert trash.wipe(EVERYTHING.all()) == 0


def test_wiping_keeps_only_what_the_ledger_needs(finished: Generation) -> None:
    _expire()
    assert trash.wipe(trash.expired()) == 1
    finished.refresh_from_db()
    assert (finished.prompt, finished.seed, finished.request_body) == ("", None, None)
    assert not Reference.objects.exists()
    assert not Tag.objects.exists()
    assert set(Event.objects.values_list("detail", flat=True)) == {""}
    assert (finished.credits, finished.status) == (4, "finished")
    assert Entry.objects.filter(generation=finished).count() == 2


def test_a_wiped_clip_is_in_no_list(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    assert not EVERYTHING.kept().exists()
    assert not EVERYTHING.trashed().exists()
    assert trash.restore(EVERYTHING.all()) == 0


def test_files_are_deleted_last_and_completely(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    assert default_storage.exists(finished.video.name)
    assert clean_up.remove_files() == 1
    assert not default_storage.exists(f"generations/{finished.pk}")
    assert clean_up.remove_files() == 0


def test_deletion_resumes_after_a_crash(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    default_storage.delete(finished.video.name)
    assert clean_up.remove_files() == 1
    assert not default_storage.exists(finished.poster.name)


def test_files_of_kept_clips_stay(finished: Generation) -> None:
    trash.move_to_trash(EVERYTHING.all())
    assert clean_up.remove_files() == 0
    assert default_storage.exists(finished.video.name)


def test_wiping_twice_has_no_further_effect(finished: Generation) -> None:
    _expire()
    assert (trash.wipe(EVERYTHING.all()), trash.wipe(EVERYTHING.all())) == (1, 0)
