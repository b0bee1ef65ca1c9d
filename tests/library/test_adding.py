"""A file comes into the library: checked, cleaned, drawn, and kept once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from generations import clips, library
from generations.library import adding
from generations.models import Asset, User
from tests.clips import samples

Add = Callable[..., Asset]


def test_a_picture_is_kept_with_its_size_and_a_thumbnail(add: Add):
    asset = add(samples.picture(), name="A fox.png")
    assert (asset.name, asset.kind, asset.width, asset.height) == ("A fox", "image", 64, 48)
    assert clips.is_picture(Path(asset.file.path))
    assert clips.is_picture(Path(asset.thumbnail.path))
    assert not asset.strip


def test_a_video_is_kept_with_a_poster_and_a_strip(add: Add):
    asset = add(samples.video())
    assert (asset.kind, asset.frame_rate, asset.has_sound) == ("video", 24, True)
    assert asset.seconds == pytest.approx(1, abs=0.05)
    with Image.open(asset.strip.path) as strip:
        assert strip.width == 8 * 320
    assert clips.is_picture(Path(asset.thumbnail.path))


def test_a_sound_is_kept_with_its_waveform(add: Add):
    asset = add(samples.sound())
    assert (asset.kind, asset.width, asset.has_sound) == ("audio", None, True)
    with Image.open(asset.thumbnail.path) as waveform:
        assert waveform.size == (480, 96)


def test_a_video_without_a_place_is_kept_byte_by_byte(add: Add):
    asset = add(samples.video())
    assert Path(asset.file.path).read_bytes() == samples.video()
    assert asset.byte_size == len(samples.video())


def test_what_is_kept_does_not_tell_where_a_photo_was_taken(add: Add):
    asset = add(samples.photo(orientation=6))
    assert b"A Camera" not in Path(asset.file.path).read_bytes()
    assert (asset.width, asset.height) == (48, 64)


def test_what_is_kept_does_not_tell_where_a_film_was_made(add: Add):
    asset = add(samples.film_with_place())
    assert not clips.tells_place(Path(asset.file.path))


def test_the_name_of_a_stored_file_is_never_the_users(add: Add):
    asset = add(samples.picture(), name="../../evil.html")
    assert asset.file.name == f"assets/{asset.pk}/file.png"
    assert asset.name == "../../evil.html"


def test_what_is_refused_leaves_nothing_behind(add: Add, settings):
    with pytest.raises(clips.UnusableFile):
        add(b"<svg></svg>", name="drawing.png")
    assert not Asset.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_a_new_asset_is_due_at_apiframe_at_once(add: Add):
    asset = add(samples.picture())
    assert asset.upstream_state == "new"
    assert library.due_assets() == [asset]


def test_the_same_bytes_twice_are_one_asset(add: Add):
    first, second = add(samples.picture()), add(samples.picture(), name="again.png")
    assert first == second
    assert second.name == "fox"


def test_the_same_bytes_of_two_people_are_two_assets(add: Add, bob: User):
    assert add(samples.picture()) != add(samples.picture(), user=bob)


def test_the_same_bytes_come_out_of_the_trash(add: Add):
    asset = add(samples.picture())
    assert library.trash(asset)
    again = add(samples.picture())
    assert again == asset
    assert again.trashed_at is None
    assert Asset.objects.get().trashed_at is None


def test_the_slower_of_two_drops_gets_the_asset_of_the_faster(add: Add, monkeypatch, settings):
    first = add(samples.picture())
    monkeypatch.setattr(adding, "_kept_before", _blind_once(adding._kept_before))
    assert add(samples.picture()) == first
    assert Asset.objects.count() == 1
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 2


def _blind_once(real: Callable[..., Asset | None]) -> Callable[..., Asset | None]:
    """As when the other's row is written between our look and our own."""
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
        ("x" * 300, "x" * 120),
        (".png", ".png"),
        ("", ""),
    ],
)
def test_names_are_cleaned_for_reading(given: str, kept: str):
    assert library.clean_name(given) == kept


def test_a_file_without_a_name_is_called_by_its_kind(add: Add):
    assert add(samples.picture(), name="").name == "Picture"


def test_it_is_renamed(add: Add):
    asset = add(samples.picture())
    assert library.rename(asset, " The  fox ")
    assert Asset.objects.get().name == "The fox"


def test_it_keeps_its_name_where_the_new_one_is_empty(add: Add):
    asset = add(samples.picture())
    assert not library.rename(asset, "\u200b")
    assert Asset.objects.get().name == "fox"


def test_trash_and_restore_happen_once(add: Add):
    asset = add(samples.picture())
    assert (library.trash(asset), library.trash(asset)) == (True, False)
    assert (library.restore(asset), library.restore(asset)) == (True, False)
