"""Prompt tokens: found, renamed when references move, reported when dangling."""

import pytest

from generations.seedance.prompt_tokens import (
    Token,
    dangling_tokens,
    mentioned_tokens,
    renumber,
    unmentioned_tokens,
)

ONE, TWO, THREE = (Token("Image", number) for number in (1, 2, 3))


def test_a_token_has_seedances_spelling():
    assert str(Token("Video", 2)) == "[Video2]"


@pytest.mark.parametrize("written", ["[Image1]", "@Image1", "[image1]", "[Image 1]", "@IMAGE1."])
def test_it_finds_tokens_in_any_spelling(written: str):
    assert mentioned_tokens(f"The fox of {written} runs") == [ONE]


@pytest.mark.parametrize(
    "text", ["Image1", "[Image]", "[Imagery1]", "@Images1", "[Image1", "[Picture1]", "a@b1"]
)
def test_other_text_is_not_a_token(text: str):
    assert mentioned_tokens(text) == []


def test_each_token_is_listed_once_in_order_of_mention():
    assert mentioned_tokens("[Image2] meets [Audio1] and [Image2], @Image1") == [TWO, Token("Audio", 1), ONE]


def test_tokens_can_swap():
    assert renumber("[Image1] chases [Image2]", {ONE: TWO, TWO: ONE}) == "[Image2] chases [Image1]"


def test_a_tokens_spelling_is_kept():
    assert renumber("@Image1 and [image1]", {ONE: THREE}) == "@Image3 and [Image3]"


def test_unmoved_tokens_are_unchanged():
    assert renumber("[image 3] and “[Video1]”", {ONE: TWO}) == "[image 3] and “[Video1]”"


def test_a_token_without_a_reference_dangles():
    assert dangling_tokens("[Image1] [Image2] [Image0] [Audio1]", {"Image": 1}) == [
        TWO,
        Token("Image", 0),
        Token("Audio", 1),
    ]


def test_an_unmentioned_reference_is_reported():
    assert unmentioned_tokens("@Image2", {"Image": 2, "Video": 1}) == [ONE, Token("Video", 1)]


def test_a_very_long_prompt_is_fast():
    assert len(mentioned_tokens("[Image1" * 4000 + "]")) == 1
