"""MP4 tags: written and read without re-encoding."""

from pathlib import Path

import av
import pytest

from generations.media.mp4_tags import read_recipe, write_recipe
from generations.media.refusals import UnusableFile
from tests.media import samples

TEXT = '{"prompt": "Ein Fuchs, 狐, \\"ja\\"", "seed": 7}'


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(samples.video())
    return path


@pytest.fixture
def written(clip: Path, tmp_path: Path) -> Path:
    write_recipe(clip, TEXT, tmp_path / "written.mp4")
    return tmp_path / "written.mp4"


def _packets(path: Path) -> list[tuple[int, float, bytes]]:
    with av.open(str(path)) as container:
        return [
            (each.stream.index, float((each.pts or 0) * each.time_base), bytes(each))
            for each in container.demux()
            if each.dts is not None
        ]


def test_it_is_read_as_it_was_written(written: Path) -> None:
    assert read_recipe(written) == TEXT


def test_tools_show_it_as_comment_and_description(written: Path) -> None:
    with av.open(str(written)) as container:
        assert (container.metadata["comment"], container.metadata["description"]) == (TEXT, TEXT)


def test_nothing_is_reencoded(clip: Path, written: Path) -> None:
    assert sorted(_packets(written)) == sorted(_packets(clip))


def test_its_index_comes_first(written: Path) -> None:
    content = written.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_without_tags_nothing_is_read(written: Path, tmp_path: Path) -> None:
    write_recipe(written, "", tmp_path / "bare.mp4")
    assert read_recipe(tmp_path / "bare.mp4") == ""
    assert b"prompt" not in (tmp_path / "bare.mp4").read_bytes()


def test_a_file_that_is_not_a_video_is_refused_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 5000)
    with pytest.raises(UnusableFile):
        read_recipe(path)
