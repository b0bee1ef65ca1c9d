"""Adding a file to the library: checked, cleaned, thumbnailed, stored once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from generations.library import add as add_module
from generations.library.add import clean_asset_name, rename_asset, restore_asset, trash_asset
from generations.library.prepare import unprepared_assets
from generations.media.pictures import is_picture
from generations.media.refusals import UnusableFile
from generations.media.remux import has_location
from generations.models import Asset, User, claims
from tests.media import samples
from tests.media.refused import PAGE, archive

Add = Callable[..., Asset]


def test_a_picture_is_stored_with_its_size_and_a_thumbnail(add: Add):
    asset = add(samples.picture(), name="A fox.png")
    assert (asset.name, asset.kind, asset.width, asset.height) == ("A fox", "image", 64, 48)
    assert is_picture(Path(asset.file.path))
    assert is_picture(Path(asset.thumbnail.path))
    assert not asset.strip


def test_a_video_is_stored_with_a_poster_and_a_sprite_sheet(add: Add):
    asset = add(samples.video())
    assert (asset.kind, asset.frame_rate, asset.has_sound) == ("video", 24, True)
    assert asset.seconds == pytest.approx(1, abs=0.05)
    with Image.open(asset.strip.path) as strip:
        assert strip.width == 8 * 320
    assert is_picture(Path(asset.thumbnail.path))


def test_a_sound_is_stored_with_its_waveform(add: Add):
    asset = add(samples.sound())
    assert (asset.kind, asset.width, asset.has_sound) == ("audio", None, True)
    with Image.open(asset.thumbnail.path) as waveform:
        assert waveform.size == (480, 96)


@pytest.mark.parametrize("make", [samples.picture, samples.video, samples.sound, samples.recording])
def test_nothing_attached_to_a_file_is_stored(add: Add, make: Callable[[], bytes]):
    asset = add(make() + PAGE + archive())
    stored = Path(asset.file.path).read_bytes()
    assert b"<script>" not in stored
    assert b"PK\x05\x06" not in stored
    assert asset.byte_size == len(stored)


def test_a_stored_photo_contains_no_location(add: Add):
    asset = add(samples.photo(orientation=6))
    assert b"A Camera" not in Path(asset.file.path).read_bytes()
    assert (asset.width, asset.height) == (48, 64)


def test_a_stored_video_contains_no_location(add: Add):
    asset = add(samples.film_with_place())
    assert not has_location(Path(asset.file.path))


def test_a_stored_file_never_has_the_users_file_name(add: Add):
    asset = add(samples.picture(), name="../../evil.html")
    assert asset.file.name == f"assets/{asset.pk}/file.png"
    assert asset.name == "../../evil.html"


def test_a_refused_file_leaves_nothing_behind(add: Add, settings):
    with pytest.raises(UnusableFile):
        add(b"<svg></svg>", name="drawing.png")
    assert not Asset.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_a_new_asset_is_due_for_registration_at_once(add: Add):
    asset = add(samples.picture())
    assert asset.upstream_state == "new"
    assert claims.hand_out(unprepared_assets(), places=lambda: 1) == [asset.pk]


def test_the_same_bytes_twice_are_one_asset(add: Add):
    first, second = add(samples.picture()), add(samples.picture(), name="again.png")
    assert first == second
    assert second.name == "fox"


def test_the_same_bytes_of_two_users_are_two_assets(add: Add, bob: User):
    assert add(samples.picture()) != add(samples.picture(), user=bob)


def test_adding_the_same_bytes_restores_them_from_the_trash(add: Add):
    asset = add(samples.picture())
    assert trash_asset(asset)
    again = add(samples.picture())
    assert again == asset
    assert again.trashed_at is None
    assert Asset.objects.get().trashed_at is None


def test_of_two_racing_uploads_both_get_the_same_asset(add: Add, monkeypatch, settings):
    first = add(samples.picture())
    monkeypatch.setattr(add_module, "_kept_before", _blind_once(add_module._kept_before))
    assert add(samples.picture()) == first
    assert Asset.objects.count() == 1
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 2


def _blind_once(real: Callable[..., Asset | None]) -> Callable[..., Asset | None]:
    """Hide the row on the first lookup, as if another request added it just after."""
    seen = []

    def look(*about: object) -> Asset | None:
        seen.append(about)
        return real(*about) if len(seen) > 1 else None

    return look


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("beach.JPG", "beach"),
        ("day/night", "day/night"),
        ("v1.2 final", "v1.2 final"),
        ("  a \n\t b.mp4 ", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("fox\x00.png", "fox"),
        ("狐.webp", "狐"),
        ("\u200b.png", ".png"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467.png", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\u3164.png", ""),
        ('a"b.png', 'a"b'),
        ("x" * 300, "x" * 120),
        (".png", ".png"),
        ("", ""),
    ],
)
def test_names_are_cleaned_for_display(given: str, kept: str):
    assert clean_asset_name(given) == kept


def test_a_file_without_a_name_is_named_after_its_kind(add: Add):
    assert add(samples.picture(), name="").name == "Picture"


def test_it_is_renamed(add: Add):
    asset = add(samples.picture())
    assert rename_asset(asset, " The  fox ")
    assert Asset.objects.get().name == "The fox"


def test_it_keeps_its_name_if_the_new_one_is_empty(add: Add):
    asset = add(samples.picture())
    assert not rename_asset(asset, "\u200b")
    assert Asset.objects.get().name == "fox"


def test_trash_and_restore_happen_once(add: Add):
    asset = add(samples.picture())
    assert (trash_asset(asset), trash_asset(asset)) == (True, False)
    assert (restore_asset(asset), restore_asset(asset)) == (True, False)
