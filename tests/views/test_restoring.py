"""Recipes in clips: embedded on download, restored in the composer, removable."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from generations.apiframe import Apiframe
from generations.gallery import embedded_recipe
from generations.media.mp4_tags import read_recipe, write_recipe
from generations.media.refusals import UnusableFile
from generations.models import Generation, User
from tests.factories import make_generation, make_recipe
from tests.library.assets import make_asset
from tests.media import samples
from tests.seen import run_until

HTMX = {"HX-Request": "true"}
# The part of a clip that the composer's script sends.
FRONT = 2**18


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
    return read_recipe(folder / "downloaded.mp4")


def test_a_downloaded_clip_contains_its_recipe(
    as_alice: Client, finished: Generation, tmp_path: Path
) -> None:
    carried = embedded_recipe.read_text(_tells(_content(as_alice, finished, "download"), tmp_path))
    assert carried is not None
    assert (carried.settings["prompt"], carried.settings["seed"]) == ("A fox at dawn", 7)


def test_the_switch_removes_the_recipe(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    assert _tells(_content(as_alice, finished, "download&recipe=no"), tmp_path) == ""


def test_the_first_frame_is_downloaded_as_a_picture(
    as_alice: Client, as_bob: Client, finished: Generation
) -> None:
    url = f"/generations/{finished.pk}/first-frame.png?download"
    answer = as_alice.get(url)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (finished.width, finished.height))
    assert answer["Content-Disposition"].endswith('-first-frame.png"')
    assert as_bob.get(url).status_code == 404


def _zipped(client: Client, generation: Generation, **more: str) -> zipfile.ZipFile:
    answer = client.post("/gallery/bulk/", {"action": "zip", "clip": str(generation.pk), **more})
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))  # type: ignore[attr-defined]


def test_a_zip_contains_the_recipes(as_alice: Client, finished: Generation, tmp_path: Path) -> None:
    zipped = _zipped(as_alice, finished)
    assert "A fox at dawn" in _tells(zipped.read(zipped.namelist()[0]), tmp_path)


def test_the_switch_removes_recipes_from_a_zip(
    as_alice: Client, finished: Generation, tmp_path: Path
) -> None:
    zipped = _zipped(as_alice, finished, recipe="no")
    assert _tells(zipped.read(zipped.namelist()[0]), tmp_path) == ""
    assert all(b"fox" not in zipped.read(name) and "fox" not in name for name in zipped.namelist())


def test_a_clip_whose_recipe_cannot_be_removed_is_left_out_of_the_zip(
    as_alice: Client, finished: Generation
) -> None:
    with finished.video.storage.open(finished.video.name, "wb") as stored:
        stored.write(b"no film, but a fox")
    assert set(_zipped(as_alice, finished, recipe="no").namelist()) == {"clips.json", "left-out.txt"}


def test_a_stranger_cannot_download_it(as_bob: Client, finished: Generation) -> None:
    assert as_bob.get(f"/generations/{finished.pk}/video.mp4?recipe=no").status_code == 404


def test_ones_own_clip_restores_everything(as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "download")
    response = as_alice.post("/generations/restore/", {"clip": _file(content)})
    assert response["Location"] == f"/?reuse={finished.pk}"


def test_another_users_clip_restores_its_settings(
    as_alice: Client, as_bob: Client, finished: Generation
) -> None:
    content = _content(as_alice, finished, "download")
    response = as_bob.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    form = response.context["form"]
    assert (form["prompt"].value(), form["seed"].value(), form["duration"].value()) == ("A fox at dawn", 7, 4)
    assert [each.level_tag for each in response.context["messages"]] == ["warning"]


def _laid_in(client: Client, content: bytes) -> dict[str, Any]:
    """Return the settings that the composer's script receives."""
    answer = client.post("/generations/restore/", {"clip": _file(content[:FRONT])}, headers=HTMX)
    return json.loads(answer.context.get("contents", "{}"))


def test_the_first_bytes_of_ones_own_clip_restore_everything(as_alice: Client, finished: Generation) -> None:
    assert _laid_in(as_alice, _content(as_alice, finished, "download")) == {
        "prompt": "A fox at dawn",
        "duration": 4,
        "resolution": "480p",
        "aspect_ratio": "16:9",
        "generate_audio": True,
        "camera_fixed": False,
        "return_last_frame": False,
        "web_search": False,
        "seed": "7",
        "takes": 1,
        "tray": [["reference_image_urls", "https://a.test/1.png"]],
        "parent": str(finished.pk),
    }


def test_without_a_recipe_nothing_is_restored(as_alice: Client, finished: Generation) -> None:
    assert _laid_in(as_alice, _content(as_alice, finished, "recipe=no")) == {}


def test_a_file_that_is_not_a_clip_restores_nothing(as_alice: Client) -> None:
    assert _laid_in(as_alice, b"<html>" * 2000) == {}


def _with_recipe(folder: Path, **told: object) -> bytes:
    (folder / "plain.mp4").write_bytes(samples.video())
    write_recipe(folder / "plain.mp4", json.dumps({"seedance_web": "0.1.0", **told}), folder / "told.mp4")
    return (folder / "told.mp4").read_bytes()


def test_a_seed_beyond_javascript_numbers_is_restored_exactly(as_alice: Client, tmp_path: Path) -> None:
    content = _with_recipe(tmp_path, seed=2**53 + 1)
    assert _laid_in(as_alice, content)["seed"] == "9007199254740993"


def test_files_are_restored_by_name(as_alice: Client, alice: User, tmp_path: Path) -> None:
    fox, frame = (make_asset(user=alice, name=name) for name in ("fox", "frame"))
    make_asset(user=alice, name="fox", kind="audio")
    make_asset(user=alice, name="owl", trashed_at=timezone.now())
    images = [{"role": "reference_image_urls", "name": name} for name in ("owl", "fox")]
    content = _with_recipe(tmp_path, references=[{"role": "start_image", "name": "frame"}, *images])
    assert _laid_in(as_alice, content)["tray"] == [
        ["start_image", frame.address],
        ["reference_image_urls", fox.address],
    ]


def test_tokens_follow_the_files_that_were_found(as_alice: Client, alice: User, tmp_path: Path) -> None:
    make_asset(user=alice, name="fox")
    images = [{"role": "reference_image_urls", "name": name} for name in ("owl", "hare", "fox")]
    content = _with_recipe(tmp_path, prompt="[Image1], [Image2], [Image3]", references=images)
    assert _laid_in(as_alice, content)["prompt"] == "[Image2], [Image3], [Image1]"


def test_another_users_files_are_not_used(
    as_alice: Client, as_bob: Client, alice: User, tmp_path: Path
) -> None:
    make_asset(user=alice, name="fox")
    content = _with_recipe(tmp_path, references=[{"role": "start_image", "name": "fox"}])
    answer = as_bob.post("/generations/restore/", {"clip": _file(content)}, headers=HTMX)
    assert answer.context["missing"] == ["fox"]
    assert _laid_in(as_bob, content)["tray"] == []


def test_without_script_files_are_restored_by_name_too(as_alice: Client, alice: User, tmp_path: Path) -> None:
    fox = make_asset(user=alice, name="fox")
    content = _with_recipe(tmp_path, references=[{"role": "start_image", "name": "fox"}])
    response = as_alice.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    assert response.context["form"]["start_image"].value() == fox.address


def test_a_clip_without_a_recipe_shows_a_message(as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "recipe=no")
    response = as_alice.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    [shown] = response.context["messages"]
    assert str(UnusableFile("no-recipe")) in str(shown)


def test_a_file_that_is_not_a_clip_shows_a_message(as_alice: Client) -> None:
    file = _file(b"<html>" * 2000, "page.mp4")
    response = as_alice.post("/generations/restore/", {"clip": file}, follow=True)
    assert "page.mp4: " in response.content.decode()


def test_a_missing_file_shows_a_message(as_alice: Client) -> None:
    response = as_alice.post("/generations/restore/", follow=True)
    [shown] = response.context["messages"]
    assert str(UnusableFile("no-clip-chosen")) in str(shown)


def test_restoring_accepts_only_post(as_alice: Client) -> None:
    assert as_alice.get("/generations/restore/").status_code == 405


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.post("/generations/restore/")["Location"].startswith("/accounts/login/")


def test_a_restored_recipe_is_applied_once(as_bob: Client, as_alice: Client, finished: Generation) -> None:
    content = _content(as_alice, finished, "download")
    as_bob.post("/generations/restore/", {"clip": _file(content)}, follow=True)
    assert not as_bob.get("/?restored").context["form"]["prompt"].value()
