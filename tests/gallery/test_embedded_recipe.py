"""The recipe embedded in a clip, and how far a stranger's file is trusted."""

import json
from uuid import UUID

import pytest

from generations.gallery.embedded_recipe import read_text, recipe_text
from generations.models import Generation, User
from tests.factories import make_generation, make_recipe


@pytest.fixture
def generation(alice: User) -> Generation:
    recipe = make_recipe(
        prompt="A fox, 狐",
        seed=-7,
        camera_fixed=True,
        reference_image_urls=("https://a.test/1.png?token=secret",),
    )
    return make_generation(user=alice, recipe=recipe)


def test_it_survives_a_round_trip(generation: Generation) -> None:
    carried = read_text(recipe_text(generation))
    assert carried is not None
    assert carried.clip == generation.pk
    assert carried.settings == {
        "prompt": "A fox, 狐",
        "duration": 4,
        "resolution": "480p",
        "generate_audio": True,
        "camera_fixed": True,
        "return_last_frame": False,
        "web_search": False,
        "seed": -7,
    }


@pytest.mark.parametrize(
    "named",
    [
        *(7, {"name": "fox"}, {"role": "user", "name": "fox"}, {"role": []}),
        *({"role": "start_image", "name": name} for name in ("fo\0x", "fox\ud800", ["fox"], None)),
    ],
    ids=ascii,
)
def test_a_reference_without_a_role_or_a_name_is_left_out(named: object) -> None:
    carried = read_text(json.dumps({"seedance_web": "0.1.0", "references": [named]}))
    assert carried is not None
    assert carried.references == ()


def test_it_names_references_but_omits_their_urls(generation: Generation) -> None:
    told = json.loads(recipe_text(generation))
    assert told["references"] == [{"role": "reference_image_urls", "name": "a file from an address"}]
    assert "secret" not in recipe_text(generation)


@pytest.mark.parametrize(
    "text", ["", "Filmed in Oslo", "[]", "7", "{}", "[" * 100_000, '{"prompt": "A fox"}']
)
def test_other_texts_are_not_recipes(text: str) -> None:
    assert read_text(text) is None


@pytest.mark.parametrize(
    "setting",
    [
        {"prompt": "x" * 4001},
        {"prompt": ["A fox"]},
        {"prompt": "A fo\0x"},
        {"prompt": "A fox\ud800"},
        {"duration": 16},
        {"duration": True},
        {"resolution": "8k"},
        {"aspect_ratio": []},
        {"seed": 2**63},
        {"web_search": "yes"},
        {"start_image": "file:///etc/passwd"},
        {"user": 1},
    ],
    ids=ascii,
)
def test_invalid_values_are_ignored(setting: dict[str, object]) -> None:
    carried = read_text(json.dumps({"seedance_web": "0.1.0", **setting}))
    assert carried is not None
    assert carried.settings == {}


@pytest.mark.parametrize("clip", [None, 7, "x", [], str(UUID(int=1))[:-1]])
def test_an_invalid_clip_id_is_ignored(clip: object) -> None:
    carried = read_text(json.dumps({"seedance_web": "0.1.0", "clip": clip}))
    assert carried is not None
    assert carried.clip is None


@pytest.mark.parametrize("value", [None, True, 1, 0.5, [], [[]], {}, {"a": []}], ids=ascii)
@pytest.mark.parametrize("key", ["role", "name"])
def test_a_reference_with_a_role_or_name_of_another_type_is_left_out(key: str, value: object) -> None:
    """JSON has types that no dictionary can look up."""
    reference = {"role": "start_image", "name": "fox.png"} | {key: value}
    carried = read_text(json.dumps({"seedance_web": "0.1.0", "references": [reference]}))
    assert carried is not None
    assert carried.references == ()
