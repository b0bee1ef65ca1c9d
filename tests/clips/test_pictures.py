from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from generations import clips
from tests.clips import samples

Keep = Callable[..., Path]
FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]


def cleaned(path: Path) -> Path:
    to = path.with_name("cleaned")
    clips.clean_picture(path, to)
    return to


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_cleaning_drops_where_it_was_taken(keep: Keep, format: str):
    path = keep(samples.photo(format=format))
    with Image.open(cleaned(path)) as picture:
        assert not picture.getexif()
    assert b"A Camera" not in cleaned(path).read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_cleaning_keeps_the_format(keep: Keep, format: str):
    path = keep(samples.picture(format))
    assert clips.probe(cleaned(path)).extension == clips.probe(path).extension


def test_cleaning_turns_the_picture_as_its_orientation_says(keep: Keep):
    with Image.open(cleaned(keep(samples.photo(orientation=6)))) as picture:
        assert picture.size == (48, 64)
        red, _, blue = picture.getpixel((24, 4))
        assert red > 200 > 60 > blue


def test_cleaning_a_png_changes_no_pixel(keep: Keep):
    path = keep(samples.encoded(Image.linear_gradient("L").convert("RGBA"), "PNG", pnginfo=None))
    with Image.open(path) as before, Image.open(cleaned(path)) as after:
        assert before.tobytes() == after.tobytes()


def test_cleaning_a_jpeg_hardly_changes_its_size(keep: Keep):
    path = keep(samples.encoded(Image.effect_noise((256, 256), 60).convert("RGB"), "JPEG", quality=60))
    assert cleaned(path).stat().st_size == pytest.approx(path.stat().st_size, rel=0.02)


def test_cleaning_keeps_what_is_transparent(keep: Keep):
    path = keep(samples.encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "WEBP", lossless=True))
    with Image.open(cleaned(path)) as picture:
        assert picture.convert("RGBA").getpixel((4, 4))[3] == 0


def test_cleaning_keeps_the_colour_profile(keep: Keep):
    path = keep(samples.encoded(Image.new("RGB", (8, 8)), "PNG", icc_profile=b"a profile"))
    with Image.open(cleaned(path)) as picture:
        assert picture.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(keep: Keep, format: str):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue", "lime")]
    path = keep(samples.encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100))
    with Image.open(cleaned(path)) as picture:
        assert len(list(ImageSequence.Iterator(picture))) == 1
        picture.seek(0)
        assert picture.convert("RGB").getpixel((8, 8))[0] > 240


def test_cleaning_drops_what_a_phone_hung_behind_the_picture(keep: Keep):
    path = keep(samples.picture("JPEG") + samples.video())
    assert b"ftyp" not in cleaned(path).read_bytes()


def test_four_colour_prints_become_rgb(keep: Keep):
    with Image.open(cleaned(keep(samples.picture("JPEG", mode="CMYK")))) as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize("format", FORMATS)
def test_scaling_gives_exactly_the_size_asked_for(keep: Keep, format: str, tmp_path: Path):
    clips.scale_picture(keep(samples.picture(format)), (400, 300), tmp_path / "scaled")
    found = clips.probe(tmp_path / "scaled")
    assert (found.width, found.height) == (400, 300)


def test_a_thumbnail_is_a_small_jpeg_the_right_way_up(keep: Keep, tmp_path: Path):
    clips.draw_thumbnail(keep(samples.photo(orientation=6, size=(1600, 800))), tmp_path / "small")
    found = clips.probe(tmp_path / "small")
    assert (found.format, found.width, found.height) == ("JPEG", 240, 480)
