"""Into the trash, back out of it, and gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import ledger, shelves, storage, trash
from generations.models import Entry, Event, Generation, Reference, Tag, User
from tests.factories import make_generation, make_recipe

EVERYTHING = Generation.objects


@pytest.fixture
def finished(alice: User, tmp_path: Path) -> Generation:
    """One with everything that a clip may have."""
    web = "https://a.test/1.png"
    clip = make_generation(user=alice, recipe=make_recipe(start_image=web, seed=7), status="finished")
    ledger.settle(clip)
    source = tmp_path / "clip"
    for field in ("video", "poster", "strip", "last_frame"):
        source.write_bytes(b"clip")
        setattr(clip, field, storage.keep(source, f"generations/{clip.pk}/{field}"))
    clip.request_body = b"{}"
    clip.save()
    shelves.tag(EVERYTHING.all(), ["Snow"], alice)
    shelves.collect(EVERYTHING.all(), shelves.collection_named(alice, "Trip"))
    return clip


def _expire() -> None:
    EVERYTHING.update(trashed_at=timezone.now() - trash.LASTS - timedelta(minutes=1))


def test_it_vanishes_and_comes_back_with_all_it_had(finished: Generation) -> None:
    trash.throw_away(EVERYTHING.kept())
    assert not EVERYTHING.kept().exists()
    trash.bring_back(EVERYTHING.trashed())
    assert EVERYTHING.kept().get().tags.get().name == "Snow"


def test_what_is_under_way_cannot_be_thrown_away(generation: Generation) -> None:
    assert trash.throw_away(EVERYTHING.all()).count == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        EVERYTHING.update(trashed_at=timezone.now())


def test_those_thrown_away_together_have_a_moment_in_common(alice: User, finished: Generation) -> None:
    earlier = trash.throw_away(EVERYTHING.all())
    make_generation(user=alice, status="failed")
    later = trash.throw_away(EVERYTHING.kept())
    assert (earlier.count, later.count) == (1, 1)
    assert trash.bring_back(EVERYTHING.filter(trashed_at=earlier.at)) == 1
    assert EVERYTHING.kept().get() == finished


def test_only_what_is_old_enough_expires(finished: Generation) -> None:
    trash.throw_away(EVERYTHING.all())
    assert not trash.expired().exists()
    _expire()
    assert trash.expired().get() == finished


def test_what_is_not_in_the_trash_is_never_wiped(finished: Generation) -> None:
    assert trash.wipe(EVERYTHING.all()) == 0


def test_wiping_leaves_what_the_ledger_needs_and_nothing_else(finished: Generation) -> None:
    _expire()
    assert trash.wipe(trash.expired()) == 1
    finished.refresh_from_db()
    assert (finished.prompt, finished.seed, finished.request_body) == ("", None, None)
    assert not Reference.objects.exists()
    assert not Tag.objects.exists()
    assert set(Event.objects.values_list("detail", flat=True)) == {""}
    assert (finished.credits, finished.status) == (4, "finished")
    assert Entry.objects.filter(generation=finished).count() == 2


def test_what_is_wiped_is_in_no_list(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    assert not EVERYTHING.kept().exists()
    assert not EVERYTHING.trashed().exists()
    assert trash.bring_back(EVERYTHING.all()) == 0


def test_files_go_last_and_completely(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    assert default_storage.exists(finished.video.name)
    assert trash.remove_files() == 1
    assert not default_storage.exists(f"generations/{finished.pk}")
    assert trash.remove_files() == 0


def test_a_crash_between_two_files_is_made_good(finished: Generation) -> None:
    _expire()
    trash.wipe(trash.expired())
    default_storage.delete(finished.video.name)
    assert trash.remove_files() == 1
    assert not default_storage.exists(finished.poster.name)


def test_files_of_what_was_kept_stay(finished: Generation) -> None:
    trash.throw_away(EVERYTHING.all())
    assert trash.remove_files() == 0
    assert default_storage.exists(finished.video.name)


def test_wiping_twice_is_wiping_once(finished: Generation) -> None:
    _expire()
    assert (trash.wipe(EVERYTHING.all()), trash.wipe(EVERYTHING.all())) == (1, 0)
