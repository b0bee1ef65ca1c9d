"""Template tags and filters."""

import pytest

from generations.models import Reference
from generations.templatetags.studio import clock, doubled_rate, icon, rate, signed


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("play")


def test_a_reference_video_doubles_every_rate() -> None:
    assert [(rate(each), doubled_rate(each)) for each in ("480p", "720p")] == [(1, 2), (2, 4)]


@pytest.mark.parametrize(("amount", "text"), [(500, "+500"), (-16, "−16"), (0, "")])
def test_a_change_shows_its_sign(amount: int, text: str) -> None:
    assert signed(amount) == text


def test_a_reference_has_the_same_name_as_in_the_prompt() -> None:
    assert Reference(role="reference_image_urls", position=2).token == "[Image2]"


def test_a_frame_has_a_readable_name() -> None:
    assert Reference(role="end_image", position=1).token == "Last frame"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (70, "1:10"), (3599, "59:59"), (3725, "1:02:05")])
def test_elapsed_time_has_the_cards_format(seconds: int, text: str) -> None:
    assert clock(seconds) == text
