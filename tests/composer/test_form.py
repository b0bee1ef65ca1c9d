"""What the composer form accepts, and its error messages."""

import pytest
from django.http import QueryDict

from generations.composer.form import GenerationForm
from generations.models import Asset, User
from generations.seedance.parameters import SETTINGS

pytestmark = pytest.mark.django_db


def _form(*, user: User | None = None, **fields: object) -> GenerationForm:
    data = QueryDict(mutable=True)
    for name, value in {"prompt": "A fox", **fields}.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return GenerationForm(data, user=user or User())


def test_it_builds_a_recipe_from_every_parameter() -> None:
    form = _form(
        duration=5,
        resolution="480p",
        aspect_ratio="9:16",
        start_image="https://example.org/1.png",
        end_image="asset://a1",
        reference_image_urls="https://example.org/2.png\r\nasset://b2\r\n",
        generate_audio="on",
        seed="-7",
    )
    assert form.is_valid(), form.errors
    unset = {name: False for name, each in SETTINGS.items() if each.kind == "flag"}
    assert form.recipe().params() == {
        **unset,
        "duration": 5,
        "resolution": "480p",
        "aspect_ratio": "9:16",
        "start_image": "https://example.org/1.png",
        "end_image": "asset://a1",
        "reference_image_urls": ["https://example.org/2.png", "asset://b2"],
        "generate_audio": True,
        "seed": -7,
    }


def test_it_reads_a_list_from_repeated_fields() -> None:
    form = _form(reference_video_urls=["https://example.org/1.mp4", "https://example.org/2.mp4"])
    assert form.is_valid()
    assert len(form.recipe().reference_video_urls) == 2


REFUSED = [
    ("prompt", "", "required"),
    ("prompt", "\u200b\u200b", "required"),
    ("prompt", "x" * 4001, "max_length"),
    ("prompt", "🦊" * 2001, "max_length"),
    ("duration", "3", "min_value"),
    ("duration", "16", "max_value"),
    ("duration", "7.5", "invalid"),
    ("resolution", "1080p", "invalid_choice"),
    ("reference_image_urls", "\n".join(["https://example.org/1.png"] * 10), "too_many"),
    ("start_image", "ftp://example.org/1.png", "link"),
    ("reference_audio_urls", "https://example.org/1.mp3\njavascript:x", "link"),
    ("end_image", "https://example.org/" + "x" * 2000, "long"),
    ("seed", "lucky", "invalid"),
    ("seed", str(2**63), "max_value"),
    ("seed", str(-(2**63) - 1), "min_value"),
]


@pytest.mark.parametrize(("field", "value", "code"), REFUSED)
def test_it_tells_what_is_wrong(field: str, value: str, code: str) -> None:
    assert [each.code for each in _form(**{field: value}).errors.as_data()[field]] == [code]


def test_a_seed_out_of_range_names_the_limits() -> None:
    assert str(2**63 - 1) in _form(seed=2**63).errors["seed"][0]
    assert str(-(2**63)) in _form(seed=-(2**63) - 1).errors["seed"][0]


@pytest.mark.parametrize("prompt", ["x" * 4000, "🦊" * 2000])
def test_a_prompt_is_counted_in_utf16_units(prompt: str) -> None:
    assert _form(prompt=prompt).is_valid()


def test_a_decomposed_prompt_is_composed() -> None:
    form = _form(prompt="Cafe\u0301")
    assert form.is_valid()
    assert form.cleaned_data["prompt"] == "Caf\u00e9"


def test_the_same_form_has_the_same_key() -> None:
    token = "0190f7a0-0000-7000-8000-000000000000"
    first, second = _form(submission=token), _form(submission=token)
    assert first.is_valid()
    assert second.is_valid()
    assert first.submission_key() == second.submission_key()


def test_an_edited_form_has_another_key() -> None:
    token = "0190f7a0-0000-7000-8000-000000000000"
    first, second = _form(submission=token), _form(submission=token, prompt="A hare")
    assert first.is_valid()
    assert second.is_valid()
    assert first.submission_key() != second.submission_key()


@pytest.fixture
def picture(alice: User) -> Asset:
    return Asset.objects.create(user=alice, kind="image", name="fox", sha256="0" * 64, byte_size=1)


def test_it_accepts_a_file_from_ones_own_library(alice: User, picture: Asset) -> None:
    assert _form(user=alice, start_image=picture.address).is_valid()


def test_another_users_file_is_rejected(bob: User, picture: Asset) -> None:
    # bar 28
    form = _form(user=bob, start_image=picture.address)
    assert form.has_error("start_image", "not_yours")


def test_a_picture_is_not_accepted_as_a_video(alice: User, picture: Asset) -> None:
    form = _form(user=alice, reference_video_urls=picture.address)
    assert form.has_error("reference_video_urls", "not_yours")


def test_line_endings_of_a_prompt_are_normalized() -> None:
    form = _form(prompt="x" * 3998 + "\r\ny")
    assert form.is_valid()
    assert form.cleaned_data["prompt"].endswith("x\ny")
