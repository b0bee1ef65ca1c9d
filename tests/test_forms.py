"""What the composer accepts, and the words for what it does not."""

import pytest
from django.http import QueryDict

from generations.forms import GenerationForm
from generations.models import Asset, User

pytestmark = pytest.mark.django_db


def _form(*, user: User | None = None, **fields: object) -> GenerationForm:
    data = QueryDict(mutable=True)
    for name, value in {"prompt": "A fox", **fields}.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return GenerationForm(data, user=user or User())


def test_it_makes_a_recipe_of_every_parameter() -> None:
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
    assert form.recipe().params() == {
        "duration": 5,
        "resolution": "480p",
        "aspect_ratio": "9:16",
        "start_image": "https://example.org/1.png",
        "end_image": "asset://a1",
        "reference_image_urls": ["https://example.org/2.png", "asset://b2"],
        "generate_audio": True,
        "camera_fixed": False,
        "return_last_frame": False,
        "web_search": False,
        "seed": -7,
    }


def test_it_takes_a_list_as_repeated_fields() -> None:
    form = _form(reference_video_urls=["https://example.org/1.mp4", "https://example.org/2.mp4"])
    assert form.is_valid()
    assert len(form.recipe().reference_video_urls) == 2


REFUSED = [
    ("prompt", "", "Write what the clip should show."),
    ("prompt", "x" * 4001, "At most 4000 characters; this prompt has 4001."),
    ("duration", "3", "A clip lasts at least 4 seconds."),
    ("duration", "16", "A clip lasts at most 15 seconds."),
    ("duration", "7.5", "The length is a whole number of seconds."),
    ("resolution", "1080p", "“1080p” is not offered. Choose one of: 480p, 720p"),
    (
        "reference_image_urls",
        "\n".join(["https://example.org/1.png"] * 10),
        "At most 9 pictures; these are 10.",
    ),
    ("start_image", "ftp://example.org/1.png", "“ftp://example.org/1.png” is no address we can use."),
    (
        "reference_audio_urls",
        "https://example.org/1.mp3\njavascript:x",
        "Line 2: “javascript:x” is no address",
    ),
    ("end_image", "https://example.org/" + "x" * 2000, "This address is longer than 2000 characters."),
    ("seed", "lucky", "A seed is a whole number, or nothing."),
]


@pytest.mark.parametrize(("field", "value", "words"), REFUSED)
def test_it_tells_in_words_what_is_wrong(field: str, value: str, words: str) -> None:
    assert words in _form(**{field: value}).errors[field][0]


def test_a_prompt_of_4000_characters_is_fine() -> None:
    assert _form(prompt="x" * 4000).is_valid()


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


def test_it_takes_a_file_of_ones_own_library(alice: User, picture: Asset) -> None:
    assert _form(user=alice, start_image=picture.address).is_valid()


def test_a_file_of_somebody_elses_library_is_no_file(bob: User, picture: Asset) -> None:
    # bar 28
    form = _form(user=bob, start_image=picture.address)
    assert form.errors["start_image"] == ["This is no picture of your library."]


def test_a_picture_is_no_video(alice: User, picture: Asset) -> None:
    form = _form(user=alice, reference_video_urls=picture.address)
    assert form.errors["reference_video_urls"] == ["This is no video of your library."]


def test_lines_of_a_prompt_end_alike() -> None:
    form = _form(prompt="x" * 3998 + "\r\ny")
    assert form.is_valid()
    assert form.cleaned_data["prompt"].endswith("x\ny")
