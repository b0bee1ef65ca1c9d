"""Folders of dead downloads are deleted, those of living ones are not."""

import os
import time
from pathlib import Path

import pytest

from generations.operations.worker import registry
from generations.operations.worker.lanes import HEAVY
from generations.operations.worker.scratch import remove_scratch


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def make(folder: Path, name: str, *, age: float) -> None:
    (folder / name).mkdir()
    (folder / name / "video.mp4").touch()
    os.utime(folder / name, (time.time() - age,) * 2)


def test_what_a_dead_worker_left_is_deleted(db: None, folder: Path) -> None:
    registry.register("alive", HEAVY)
    make(folder, "fetch-alive-a", age=600)
    make(folder, "fetch-dead-b", age=600)
    make(folder, "fetch-unknown-c", age=1)
    make(folder, "media", age=10_000)
    assert remove_scratch() == 1
    assert sorted(each.name for each in folder.iterdir()) == ["fetch-alive-a", "fetch-unknown-c", "media"]


def test_what_is_older_than_any_task_belongs_to_nobody(db: None, folder: Path) -> None:
    registry.register("alive", HEAVY)
    make(folder, "fetch-alive-a", age=4000)
    assert remove_scratch() == 1
