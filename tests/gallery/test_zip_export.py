"""Downloading many clips as one zip."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from generations.gallery import zip_export
from generations.media import storage
from generations.models import Generation, User
from tests.factories import make_clips

MB = 1024 * 1024


def _with_video(clip: Generation, folder: Path, content: bytes = b"clip") -> Generation:
    source = folder / "source"
    source.write_bytes(content)
    clip.video = storage.keep(source, f"generations/{clip.pk}/video.mp4")
    clip.save(update_fields=["video"])
    return clip


@pytest.fixture
def clips(alice: User, tmp_path: Path) -> list[Generation]:
    made = make_clips(alice, 3, prompt="A red fox / in: the <snow>?")
    return [_with_video(clip, tmp_path, f"clip {number}".encode()) for number, clip in enumerate(made)]


def _read(clips: list[Generation]) -> zipfile.ZipFile:
    chunks = zip_export.zip_of(Generation.objects.all(), [clip.pk for clip in clips])
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def test_it_contains_every_clip_complete_and_in_order(clips: list[Generation]) -> None:
    opened = _read(clips)
    assert opened.testzip() is None
    assert [opened.read(name) for name in opened.namelist()[:-1]] == [b"clip 0", b"clip 1", b"clip 2"]


def test_it_stores_videos_uncompressed(clips: list[Generation]) -> None:
    assert {each.compress_type for each in _read(clips).infolist()} == {zipfile.ZIP_STORED}


def test_it_lists_the_settings_of_each_clip(clips: list[Generation]) -> None:
    told = json.loads(_read(clips).read("clips.json"))
    assert told[0]["prompt"] == "A red fox / in: the <snow>?"
    assert told[0]["resolution"] == "480p"
    assert told[0]["file"] in _read(clips).namelist()


def test_a_missing_file_does_not_end_the_download(clips: list[Generation]) -> None:
    clips[1].video.storage.delete(clips[1].video.name)
    opened = _read(clips)
    assert [each["file"] is None for each in json.loads(opened.read("clips.json"))] == [False, True, False]
    assert len(opened.namelist()) == 4


def test_a_clip_without_a_video_is_left_out(alice: User, clips: list[Generation]) -> None:
    failed = make_clips(alice, 1, status="failed", video="")
    opened = _read([*clips, *failed])
    assert len(opened.namelist()) == 5
    assert str(failed[0].pk)[:8] in opened.read("left-out.txt").decode()


HOSTILE = [
    "../../etc/passwd",
    "C:\\x",
    "a/b",
    "\u202egpj.exe",
    "CON",
    ".",
    "",
    "🦊",
    "x" * 4000,
    "a\r\nb",
    "<&>\"'",
]


@pytest.mark.parametrize("prompt", [*HOSTILE, "雪地里的狐狸" * 60])
def test_its_file_names_are_safe_everywhere(alice: User, prompt: str) -> None:
    # bar 49
    [clip] = make_clips(alice, 1, prompt=prompt)
    name = zip_export.name_for(clip)
    assert name.endswith(f"{str(clip.pk)[:8]}.mp4")
    assert len(name.encode()) < 200
    assert all(letter.isalnum() or letter in "-_." for letter in name)
    assert ".." not in name


def test_memory_use_is_constant(alice: User, tmp_path: Path) -> None:
    # bar 49
    made = [_with_video(clip, tmp_path, bytes(2 * MB)) for clip in make_clips(alice, 12)]
    chunks = zip_export.zip_of(Generation.objects.all(), [clip.pk for clip in made])
    tracemalloc.start()
    size = sum(len(chunk) for chunk in chunks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 24 * MB
    assert peak < 4 * MB


def test_hundreds_of_clips_are_read_in_batches(alice: User, django_assert_max_num_queries) -> None:
    pks = [clip.pk for clip in make_clips(alice, 300)]
    with django_assert_max_num_queries(12):
        assert sum(map(len, zip_export.zip_of(Generation.objects.all(), pks)))


def _read_bare(clips: list[Generation]) -> zipfile.ZipFile:
    bare = lambda clip: ContentFile(b"bare " + clip.video.read())  # noqa: E731
    chunks = zip_export.zip_of(Generation.objects.all(), [clip.pk for clip in clips], bare=bare)
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def test_without_metadata_it_contains_bare_files(clips: list[Generation]) -> None:
    opened = _read_bare(clips)
    assert [opened.read(name) for name in opened.namelist()[:-1]] == [
        b"bare clip 0",
        b"bare clip 1",
        b"bare clip 2",
    ]


def test_without_metadata_no_name_or_list_reveals_settings(clips: list[Generation]) -> None:
    opened = _read_bare(clips)
    assert not any("fox" in name for name in opened.namelist())
    assert {key for each in json.loads(opened.read("clips.json")) for key in each} == {
        "file",
        "id",
        "made_at",
    }


def test_its_length_is_known_before_it_is_written(clips: list[Generation]) -> None:
    clips[1].video.storage.delete(clips[1].video.name)
    clips[2].prompt = "雪地里的狐狸"
    clips[2].save(update_fields=["prompt"])
    pks = [clip.pk for clip in clips]
    length = zip_export.length_of(Generation.objects.all(), pks)
    assert length == sum(map(len, zip_export.zip_of(Generation.objects.all(), pks)))


SIZES = [0, 1, 470, 480, 499, 500, 501, 1000]


@pytest.mark.parametrize("count", [1, 2, 3, len(SIZES)])
@pytest.mark.parametrize("files", [2, 65_535])
def test_its_length_is_exact_beyond_the_limits_of_32_bits(
    count: int, files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are lowered, here and in zipfile, so that a few bytes exceed them."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 500)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", files)
    entries = [(f"狐{size}.mp4", size) for size in SIZES[-count:]]
    sink = zip_export.Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, size in entries:
            info = zipfile.ZipInfo(name)
            info.file_size = size
            with archive.open(info, "w") as entry:
                entry.write(b"x" * size)
    assert zip_export.stored_length(entries) == len(sink.drain())
