"""What the templates' own tags and filters say."""

import pytest

from generations.models import Reference
from generations.templatetags.studio import clock, doubled_rate, icon, rate, signed, token


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("play")


def test_a_reference_video_doubles_every_rate() -> None:
    assert [(rate(each), doubled_rate(each)) for each in ("480p", "720p")] == [(1, 2), (2, 4)]


@pytest.mark.parametrize(("amount", "text"), [(500, "+500"), (-16, "−16"), (0, "")])
def test_a_change_shows_its_sign(amount: int, text: str) -> None:
    assert signed(amount) == text


def test_a_reference_is_named_as_the_prompt_names_it() -> None:
    assert token(Reference(role="reference_image_urls", position=2)) == "[Image2]"


def test_a_frame_is_named_in_words() -> None:
    assert token(Reference(role="end_image", position=1)) == "Last frame"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (70, "1:10"), (3599, "59:59"), (3725, "1:02:05")])
def test_a_clock_counts_as_the_cards_do(seconds: int, text: str) -> None:
    assert clock(seconds) == text
