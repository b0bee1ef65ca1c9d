"""Recipes travel with clips: into the file on its way here, out of it in the composer, and left out on request."""

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from generations import clips, recipes
from generations.apiframe import Apiframe
from generations.models import Generation, User
from tests.factories import make_generation, make_recipe
from tests.seen import run_until


@pytest.fixture
def finished(alice: User, apiframe: Apiframe) -> Generation:
    recipe = make_recipe(prompt="A fox at dawn", seed=7)
    generation = run_until(make_generation(user=alice, recipe=recipe), "fetching", apiframe)
    generation.references.create(role="reference_image_urls", position=1, url="https://a.test/1.png")
    return run_until(generation, "finished", apiframe)


def _file(content: bytes, name: str = "clip.mp4") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def _content(client: Client, generation: Generation, query: str) -> bytes:
    response = client.get(f"/generations/{generation.pk}/video.mp4?{query}")
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def _tells(content: bytes, folder: Path) -> str:
    (folder / "downloaded.mp4").write_bytes(content)
    return clips.read_recipe(folder / "downloaded.mp4")


def test_a_fetched_clip_carries_its_recipe(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    carried = recipes.read_text(_tells(_content(as_alice, finished, "download"), tmp_path))
    assert carried is not None
    assert (carried.settings["prompt"], carried.settings["seed"]) == ("A fox at dawn", 7)


def test_the_switch_leaves_it_out(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    assert _tells(_content(as_alice, finished, "download&recipe=no"), tmp_path) == ""


def _zipped(client: Client, generation: Generation, **more: str) -> zipfile.ZipFile:
    answer = client.post("/gallery/bulk/", {"action": "zip", "clip": str(generation.pk), **more})
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))  # type: ignore[attr-defined]


def test_a_zip_carries_the_recipes(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    zipped = _zipped(as_alice, finished)
    assert "A fox at dawn" in _tells(zipped.read(zipped.namelist()[0]), tmp_path)


def test_the_switch_leaves_them_out_of_a_zip(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    zipped = _zipped(as_alice, finished, recipe="no")
    assert _tells(zipped.read(zipped.namelist()[0]), tmp_path) == ""
    assert all(b"fox" not in zipped.read(name) and "fox" not in name for name in zipped.namelist())


def test_a_clip_whose_recipe_cannot_be_taken_out_is_left_out_of_a_zip_without_recipes(
    as_alice: Client, finished: Generation
) -> None:
    with finished.video.storage.open(finished.video.name, "wb") as stored:
        stored.write(b"no film, but a fox")
    assert _zipped(as_alice, finished, recipe="no").namelist() == ["clips.json"]


def test_a_stranger_gets_no_copy_either(as_bob: Client, finished: Generation) -> None:
    assert as_bob.get(f"/generations/{finished.pk}/video.mp4?recipe=no").status_code == 404


def test_ones_own_clip_brings_everything_back(as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "download")
    response = as_alice.post("/generations/restore/", {"clip": _file(content)})
    assert response["Location"] == f"/?reuse={finished.pk}"


def test_anothers_clip_brings_its_settings(as_alice: Client, as_bob: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "download")
    response = as_bob.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    form = response.context["form"]
    assert (form["prompt"].value(), form["seed"].value(), form["duration"].value()) == ("A fox at dawn", 7, 4)
    assert "Its references are not in the file: a file from an address." in response.content.decode()


def test_a_clip_without_a_recipe_is_told_in_words(as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "recipe=no")
    response = as_alice.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    assert "There is no recipe of ours in this file." in response.content.decode()


def test_what_is_no_clip_is_told_in_words(as_alice: Client) -> None:
    file = _file(b"<html>" * 2000, "page.mp4")
    response = as_alice.post("/generations/restore/", {"clip": file}, follow=True)
    assert "page.mp4: " in response.content.decode()


def test_no_file_is_told_in_words(as_alice: Client) -> None:
    response = as_alice.post("/generations/restore/", follow=True)
    assert "Choose an MP4" in response.content.decode()


def test_a_file_is_restored_by_a_post(as_alice: Client) -> None:
    assert as_alice.get("/generations/restore/").status_code == 405


def test_the_anonymous_restore_nothing(client: Client, db: None) -> None:
    assert client.post("/generations/restore/")["Location"].startswith("/accounts/login/")


def test_a_restored_recipe_is_put_in_once(as_bob: Client, as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "download")
    as_bob.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    assert not as_bob.get("/?restored").context["form"]["prompt"].value()
