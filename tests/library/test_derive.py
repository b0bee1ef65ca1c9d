"""Trimmed, scaled and extracted files become new assets; originals stay."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from generations.library.derive import clip_as_asset, frame_as_asset, scaled_asset, trimmed_asset
from generations.models import Asset, Generation
from tests.factories import make_generation
from tests.media import samples

Add = Callable[..., Asset]


@pytest.fixture
def finished(alice) -> Generation:
    generation = make_generation(user=alice, status="finished")
    generation.video.save("video.mp4", ContentFile(samples.video(seconds=2)))
    return generation


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_a_trimmed_video_is_a_new_asset(add: Add, format: str):
    whole = add(samples.video(format, seconds=2), name="run.mp4")
    part = trimmed_asset(whole, 1)
    assert part != whole
    assert part.name == "run, first 1 s"
    assert part.seconds <= 1
    whole.refresh_from_db()
    assert whole.seconds == pytest.approx(2, abs=0.05)


def test_a_trimmed_sound_is_a_new_asset(add: Add):
    part = trimmed_asset(add(samples.sound("mp3", seconds=2)), 1)
    assert (part.kind, part.seconds <= 1) == ("audio", True)


def test_a_fix_clicked_twice_creates_one_asset(add: Add):
    whole = add(samples.video(seconds=2))
    assert trimmed_asset(whole, 1) == trimmed_asset(whole, 1)


@pytest.mark.parametrize(
    ("size", "fitting"), [((64, 48), (400, 300)), ((48, 64), (300, 400)), ((900, 100), (750, 300))]
)
def test_a_scaled_picture_is_a_new_asset_that_fits(add: Add, size: tuple[int, int], fitting: tuple[int, int]):
    small = add(samples.picture("PNG", size=size))
    found = scaled_asset(small)
    assert (found.width, found.height) == fitting
    assert Asset.objects.count() == 2


def test_a_finished_clip_becomes_a_reference(finished: Generation):
    asset = clip_as_asset(finished)
    assert (asset.user, asset.kind, asset.name) == (finished.user, "video", "A fox in the snow")


def test_using_the_same_clip_twice_gives_one_asset(finished: Generation):
    assert clip_as_asset(finished) == clip_as_asset(finished)


def test_a_frame_of_a_clip_becomes_a_picture(finished: Generation):
    asset = frame_as_asset(finished, 0.5)
    assert (asset.kind, asset.width, asset.height) == ("image", 64, 48)
    assert asset.name == "A fox in the snow, at 0.5 s"
    assert frame_as_asset(finished, 1.5) != asset


def test_a_clip_not_yet_downloaded_gives_nothing(generation: Generation):
    with pytest.raises(FileNotFoundError):
        clip_as_asset(generation)
