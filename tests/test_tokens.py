"""Tokens in a prompt: found, renamed as their references move, and missed."""

import pytest

from generations.tokens import Token, dangling, follow, mentioned, unmentioned

ONE, TWO, THREE = (Token("Image", number) for number in (1, 2, 3))


def test_a_token_reads_as_seedance_names_it():
    assert str(Token("Video", 2)) == "[Video2]"


@pytest.mark.parametrize("written", ["[Image1]", "@Image1", "[image1]", "[Image 1]", "@IMAGE1."])
def test_it_finds_tokens_however_they_are_written(written: str):
    assert mentioned(f"The fox of {written} runs") == [ONE]


@pytest.mark.parametrize(
    "text", ["Image1", "[Image]", "[Imagery1]", "@Images1", "[Image1", "[Picture1]", "a@b1"]
)
def test_other_text_is_no_token(text: str):
    assert mentioned(text) == []


def test_each_token_is_told_once_in_the_order_of_mention():
    assert mentioned("[Image2] meets [Audio1] and [Image2], @Image1") == [TWO, Token("Audio", 1), ONE]


def test_tokens_change_places_at_once():
    assert follow("[Image1] chases [Image2]", {ONE: TWO, TWO: ONE}) == "[Image2] chases [Image1]"


def test_the_way_a_token_is_written_is_kept():
    assert follow("@Image1 and [image1]", {ONE: THREE}) == "@Image3 and [Image3]"


def test_what_did_not_move_is_left_as_it_was_written():
    assert follow("[image 3] and “[Video1]”", {ONE: TWO}) == "[image 3] and “[Video1]”"


def test_a_token_without_a_reference_dangles():
    assert dangling("[Image1] [Image2] [Image0] [Audio1]", {"Image": 1}) == [
        TWO,
        Token("Image", 0),
        Token("Audio", 1),
    ]


def test_a_reference_never_mentioned_is_told():
    assert unmentioned("@Image2", {"Image": 2, "Video": 1}) == [ONE, Token("Video", 1)]


def test_a_very_long_prompt_is_no_trouble():
    assert len(mentioned("[Image1" * 4000 + "]")) == 1
