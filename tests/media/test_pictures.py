from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from generations.media.pictures import clean_picture, draw_thumbnail, scale_picture
from generations.media.probe import probe_file
from tests.media import samples

Keep = Callable[..., Path]
FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]


def cleaned(path: Path) -> Path:
    to = path.with_name("cleaned")
    clean_picture(path, to)
    return to


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_cleaning_removes_the_location(keep: Keep, format: str):
    path = keep(samples.photo(format=format))
    with Image.open(cleaned(path)) as picture:
        assert not picture.getexif()
    assert b"A Camera" not in cleaned(path).read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_cleaning_keeps_the_format(keep: Keep, format: str):
    path = keep(samples.picture(format))
    assert probe_file(cleaned(path)).extension == probe_file(path).extension


def test_cleaning_applies_the_exif_orientation(keep: Keep):
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


def test_cleaning_keeps_transparency(keep: Keep):
    path = keep(samples.encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "WEBP", lossless=True))
    with Image.open(cleaned(path)) as picture:
        assert picture.convert("RGBA").getpixel((4, 4))[3] == 0


def test_cleaning_keeps_the_colour_profile(keep: Keep):
    path = keep(samples.encoded(Image.new("RGB", (8, 8)), "PNG", icc_profile=b"a profile"))
    with Image.open(cleaned(path)) as picture:
        assert picture.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_cleaning_keeps_the_first_frame_of_an_animation(keep: Keep, format: str):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue", "lime")]
    path = keep(samples.encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100))
    with Image.open(cleaned(path)) as picture:
        assert len(list(ImageSequence.Iterator(picture))) == 1
        picture.seek(0)
        assert picture.convert("RGB").getpixel((8, 8))[0] > 240


def test_cleaning_removes_data_after_the_picture(keep: Keep):
    path = keep(samples.picture("JPEG") + samples.video())
    assert b"ftyp" not in cleaned(path).read_bytes()


def test_cmyk_pictures_become_rgb(keep: Keep):
    with Image.open(cleaned(keep(samples.picture("JPEG", mode="CMYK")))) as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize("format", FORMATS)
def test_scaling_gives_exactly_the_requested_size(keep: Keep, format: str, tmp_path: Path):
    scale_picture(keep(samples.picture(format)), (400, 300), tmp_path / "scaled")
    found = probe_file(tmp_path / "scaled")
    assert (found.width, found.height) == (400, 300)


def test_a_thumbnail_is_a_small_upright_jpeg(keep: Keep, tmp_path: Path):
    draw_thumbnail(keep(samples.photo(orientation=6, size=(1600, 800))), tmp_path / "small")
    found = probe_file(tmp_path / "small")
    assert (found.format, found.width, found.height) == ("JPEG", 240, 480)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_a_large_png_is_inflated_and_decoded_in_whole(keep: Keep, mode: str):
    media = probe_file(keep(samples.encoded(Image.new(mode, (4000, 3001)), "PNG")))
    assert (media.width, media.height) == (4000, 3001)


def test_a_large_progressive_jpeg_with_its_end_is_kept(keep: Keep):
    picture = samples.encoded(Image.new("RGB", (5000, 4000)), "JPEG", progressive=True, subsampling=0)
    assert probe_file(keep(picture)).width == 5000


def test_a_film_behind_a_photo_is_not_taken_for_its_pixels(tmp_path: Path) -> None:
    path = tmp_path / "motion.jpg"
    path.write_bytes(samples.photo(size=(640, 480)) + b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 400)
    assert probe_file(path).format == "JPEG"
