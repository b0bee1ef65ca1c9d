from collections.abc import Callable
from pathlib import Path

import pytest

from generations.media import formats
from generations.media.pictures import is_picture
from generations.media.probe import check_header, probe_clip, probe_file
from generations.media.refusals import UnusableFile
from tests.media import samples

Keep = Callable[..., Path]


@pytest.mark.parametrize(
    ("format", "extension", "content_type"),
    [
        ("PNG", ".png", "image/png"),
        ("JPEG", ".jpg", "image/jpeg"),
        ("WEBP", ".webp", "image/webp"),
        ("GIF", ".gif", "image/gif"),
    ],
)
def test_it_detects_a_picture_by_its_content(keep: Keep, format: str, extension: str, content_type: str):
    found = probe_file(keep(samples.picture(format), "film.mp4"))
    assert (found.kind, found.extension, found.content_type) == ("image", extension, content_type)
    assert (found.width, found.height, found.seconds) == (64, 48, None)


@pytest.mark.parametrize(
    ("format", "name", "extension", "content_type"),
    [
        ("mp4", "MP4", ".mp4", "video/mp4"),
        ("mov", "MOV", ".mov", "video/quicktime"),
        ("webm", "WebM", ".webm", "video/webm"),
    ],
)
def test_it_detects_a_video_by_its_content(
    keep: Keep, format: str, name: str, extension: str, content_type: str
):
    found = probe_file(keep(samples.video(format), "picture.png"))
    assert (found.kind, found.format, found.extension) == ("video", name, extension)
    assert found.content_type == content_type
    assert (found.width, found.height, found.frame_rate, found.has_sound) == (64, 48, 24, True)
    assert found.seconds == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("format", "codec", "extension", "content_type"),
    [
        ("mp3", "libmp3lame", ".mp3", "audio/mpeg"),
        ("wav", "pcm_s16le", ".wav", "audio/wav"),
        ("ogg", "libopus", ".ogg", "audio/ogg"),
        ("ogg", "flac", ".ogg", "audio/ogg"),
        ("ipod", "aac", ".m4a", "audio/mp4"),
        ("ipod", "alac", ".m4a", "audio/mp4"),
    ],
)
def test_it_detects_a_sound_by_its_content(
    keep: Keep, format: str, codec: str, extension: str, content_type: str
):
    found = probe_file(keep(samples.sound(format, codec=codec)))
    assert (found.kind, found.extension, found.content_type) == ("audio", extension, content_type)
    assert (found.width, found.has_sound) == (None, True)
    assert found.seconds == pytest.approx(1, abs=0.1)


def test_a_silent_video_has_no_sound(keep: Keep):
    assert not probe_file(keep(samples.video(has_sound=False))).has_sound


def test_it_returns_the_size_in_bytes(keep: Keep):
    assert probe_file(keep(samples.picture())).byte_size == len(samples.picture())


def test_a_rotated_photo_has_its_displayed_size(keep: Keep):
    found = probe_file(keep(samples.photo(orientation=6)))
    assert (found.width, found.height) == (48, 64)


def test_a_rotated_video_has_its_displayed_size(keep: Keep):
    found = probe_file(keep(samples.turned(samples.video())))
    assert (found.width, found.height) == (48, 64)


def test_a_live_recording_without_a_duration_is_measured(keep: Keep):
    assert probe_file(keep(samples.recording())).seconds == pytest.approx(1, abs=0.05)


def test_a_wav_without_a_length_is_accepted(keep: Keep):
    content = bytearray(samples.sound("wav"))
    content[4:8] = b"\xff" * 4
    data = content.index(b"data")
    content[data + 4 : data + 8] = b"\xff" * 4
    assert probe_file(keep(bytes(content))).seconds == pytest.approx(1, abs=0.01)


def test_a_finished_clip_is_not_subject_to_upload_limits(keep: Keep, monkeypatch):
    monkeypatch.setitem(formats.MOST_BYTES, "video", 10)
    assert probe_clip.__wrapped__(keep(samples.video())).kind == "video"


def test_a_picture_is_not_a_finished_clip(keep: Keep):
    with pytest.raises(UnusableFile):
        probe_clip(keep(samples.picture()))


def test_is_picture_is_false_for_other_and_missing_files(keep: Keep, tmp_path: Path):
    assert is_picture(keep(samples.picture()))
    assert not is_picture(keep(samples.video()))
    assert not is_picture(tmp_path / "missing.png")


@pytest.mark.parametrize(
    "format", ["PNG", "JPEG", "WEBP", "GIF", "mp4", "mov", "webm", "mp3", "wav", "ogg", "ipod"]
)
def test_a_truncated_file_is_accepted_or_refused_but_never_crashes(keep: Keep, format: str):
    content = samples.picture(format) if format.isupper() else whole(format)
    kept = 0
    for tenth in range(10):
        try:
            probe_file(keep(content[: len(content) * tenth // 10]))
        except UnusableFile:
            continue
        kept += 1
    assert kept == 0 or format in ("mp3", "PNG")  # All pixels of a PNG may come before its last tenth.


def whole(format: str) -> bytes:
    return samples.video(format) if format in ("mp4", "mov", "webm") else samples.sound(format)


def test_a_stream_is_refused_by_its_first_bytes():
    with pytest.raises(UnusableFile) as refusal:
        check_header(b"<!DOCTYPE html>", 15)
    assert refusal.value.code == "web-page"


def test_a_stream_is_refused_once_it_is_too_large():
    head = samples.picture()[:4096]
    check_header(head, 25 * 1024**2)
    with pytest.raises(UnusableFile) as refusal:
        check_header(head, 25 * 1024**2 + 1)
    assert refusal.value.code == "image-too-large"


def test_a_video_may_be_larger_than_a_picture():
    check_header(samples.video()[:4096], 50 * 1024**2)
