"""A text in an MP4: written and read without touching a picture."""

from pathlib import Path

import av
import pytest

from generations import clips
from tests.clips import samples

TEXT = '{"prompt": "Ein Fuchs, 狐, \\"ja\\"", "seed": 7}'


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(samples.video())
    return path


@pytest.fixture
def written(clip: Path, tmp_path: Path) -> Path:
    clips.write_recipe(clip, TEXT, tmp_path / "written.mp4")
    return tmp_path / "written.mp4"


def _packets(path: Path) -> list[tuple[int, float, bytes]]:
    with av.open(str(path)) as container:
        return [
            (each.stream.index, float((each.pts or 0) * each.time_base), bytes(each))
            for each in container.demux()
            if each.dts is not None
        ]


def test_it_is_read_as_it_was_written(written: Path) -> None:
    assert clips.read_recipe(written) == TEXT


def test_tools_show_it_as_comment_and_description(written: Path) -> None:
    with av.open(str(written)) as container:
        assert (container.metadata["comment"], container.metadata["description"]) == (TEXT, TEXT)


def test_no_picture_and_no_sound_is_coded_again(clip: Path, written: Path) -> None:
    assert sorted(_packets(written)) == sorted(_packets(clip))


def test_it_plays_before_it_is_whole(written: Path) -> None:
    content = written.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_without_a_text_nothing_is_told(written: Path, tmp_path: Path) -> None:
    clips.write_recipe(written, "", tmp_path / "bare.mp4")
    assert clips.read_recipe(tmp_path / "bare.mp4") == ""
    assert b"prompt" not in (tmp_path / "bare.mp4").read_bytes()


def test_what_is_no_video_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 5000)
    with pytest.raises(clips.UnusableFile):
        clips.read_recipe(path)
