from collections.abc import Callable
from pathlib import Path

import pytest

from generations import clips
from tests.clips import samples

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
def test_it_knows_a_picture_by_its_content(keep: Keep, format: str, extension: str, content_type: str):
    found = clips.probe(keep(samples.picture(format), "film.mp4"))
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
def test_it_knows_a_video_by_its_content(
    keep: Keep, format: str, name: str, extension: str, content_type: str
):
    found = clips.probe(keep(samples.video(format), "picture.png"))
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
def test_it_knows_a_sound_by_its_content(
    keep: Keep, format: str, codec: str, extension: str, content_type: str
):
    found = clips.probe(keep(samples.sound(format, codec=codec)))
    assert (found.kind, found.extension, found.content_type) == ("audio", extension, content_type)
    assert (found.width, found.has_sound) == (None, True)
    assert found.seconds == pytest.approx(1, abs=0.1)


def test_a_silent_video_has_no_sound(keep: Keep):
    assert not clips.probe(keep(samples.video(has_sound=False))).has_sound


def test_it_tells_bytes(keep: Keep):
    assert clips.probe(keep(samples.picture())).byte_size == len(samples.picture())


def test_a_photo_taken_upright_is_told_as_it_is_seen(keep: Keep):
    found = clips.probe(keep(samples.photo(orientation=6)))
    assert (found.width, found.height) == (48, 64)


def test_a_video_taken_upright_is_told_as_it_is_seen(keep: Keep):
    found = clips.probe(keep(samples.turned(samples.video())))
    assert (found.width, found.height) == (48, 64)


def test_a_live_recording_without_a_length_is_measured(keep: Keep):
    assert clips.probe(keep(samples.recording())).seconds == pytest.approx(1, abs=0.05)


def test_a_wav_whose_recorder_left_no_length_is_accepted(keep: Keep):
    content = bytearray(samples.sound("wav"))
    content[4:8] = b"\xff" * 4
    data = content.index(b"data")
    content[data + 4 : data + 8] = b"\xff" * 4
    assert clips.probe(keep(bytes(content))).seconds == pytest.approx(1, abs=0.01)


def test_a_large_finished_clip_is_not_measured_by_the_limits_of_uploads(keep: Keep, monkeypatch):
    monkeypatch.setitem(clips.media.MOST_BYTES, "video", 10)
    path = keep(samples.video())
    assert clips.probe_clip(path).kind == "video"


def test_a_picture_is_no_finished_clip(keep: Keep):
    with pytest.raises(clips.UnusableFile):
        clips.probe_clip(keep(samples.picture()))


def test_is_picture_is_false_for_what_is_none_and_what_is_not_there(keep: Keep, tmp_path: Path):
    assert clips.is_picture(keep(samples.picture()))
    assert not clips.is_picture(keep(samples.video()))
    assert not clips.is_picture(tmp_path / "missing.png")


@pytest.mark.parametrize(
    "format", ["PNG", "JPEG", "WEBP", "GIF", "mp4", "mov", "webm", "mp3", "wav", "ogg", "ipod"]
)
def test_a_file_cut_anywhere_is_kept_or_refused_and_nothing_else(keep: Keep, format: str):
    content = samples.picture(format) if format.isupper() else whole(format)
    kept = 0
    for tenth in range(10):
        try:
            clips.probe(keep(content[: len(content) * tenth // 10]))
        except clips.UnusableFile:
            continue
        kept += 1
    assert kept == 0 or format == "mp3"


def whole(format: str) -> bytes:
    return samples.video(format) if format in ("mp4", "mov", "webm") else samples.sound(format)


def test_a_stream_is_refused_by_its_first_bytes():
    with pytest.raises(clips.UnusableFile, match="web page"):
        clips.check_beginning(b"<!DOCTYPE html>", 15)


def test_a_stream_is_refused_once_it_has_become_too_large():
    head = samples.picture()[:4096]
    clips.check_beginning(head, 25 * 1024**2)
    with pytest.raises(clips.UnusableFile, match="25 MB"):
        clips.check_beginning(head, 25 * 1024**2 + 1)


def test_a_video_may_be_larger_than_a_picture():
    clips.check_beginning(samples.video()[:4096], 50 * 1024**2)
