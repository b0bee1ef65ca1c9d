"""The tray: add, remove, rearrange, and which tokens change."""

import pytest
from django.http import QueryDict

from generations.composer import tray as trays
from generations.composer.tray import Full, Place, Tray
from generations.seedance.prompt_tokens import Token, renumber
from generations.seedance.roles import FIRST_FRAME, LAST_FRAME, PICTURES, SOUNDS, VIDEOS


def make_tray(**files: str) -> Tray:
    """Build a tray from roles, files named by single letters."""
    return Tray({role: tuple(letters) for role, letters in files.items()})


ABC = make_tray(reference_image_urls="abc")


def pictures(tray: Tray) -> str:
    return "".join(tray[PICTURES])


def test_it_is_parsed_from_repeated_fields_and_from_lines():
    form = QueryDict("reference_image_urls=a&reference_image_urls=b%0D%0A%0D%0Ac&start_image=f")
    tray = trays.posted(form)
    assert (pictures(tray), tray[FIRST_FRAME], tray[VIDEOS]) == ("abc", ("f",), ())


def test_the_same_file_is_not_added_twice():
    assert pictures(trays.posted(QueryDict("reference_image_urls=a&reference_image_urls=a"))) == "a"
    assert trays.added(ABC, PICTURES, "b") == ABC


def test_the_last_value_of_a_frame_counts():
    assert trays.posted(QueryDict("start_image=a&start_image=b"))[FIRST_FRAME] == ("b",)


def test_a_new_file_is_added_at_the_end():
    assert pictures(trays.added(ABC, PICTURES, "d")) == "abcd"


@pytest.mark.parametrize(("role", "limit"), [(PICTURES, 9), (VIDEOS, 3), (SOUNDS, 3)])
def test_a_full_list_raises_an_error(role: str, limit: int):
    full = make_tray(**{role: "abcdefghi"[:limit]})
    with pytest.raises(Full, match=str(limit)):
        trays.added(full, role, "z")


@pytest.mark.parametrize(
    ("from_", "to", "found"), [(1, 3, "bca"), (3, 1, "cab"), (2, 2, "abc"), (1, 99, "bca")]
)
def test_moving_within_a_list_shifts_the_others(from_: int, to: int, found: str):
    assert pictures(trays.moved(ABC, Place(PICTURES, from_), Place(PICTURES, to))) == found


def test_an_empty_position_changes_nothing():
    assert trays.moved(ABC, Place(PICTURES, 9), Place(PICTURES, 1)) == ABC
    assert pictures(trays.removed(ABC, Place(PICTURES, 0))) == "abc"


def test_a_picture_moved_to_a_frame_swaps_with_it():
    tray = trays.moved(
        make_tray(start_image="f", reference_image_urls="abc"), Place(PICTURES, 2), Place(FIRST_FRAME)
    )
    assert (tray[FIRST_FRAME], pictures(tray)) == (("b",), "afc")


def test_a_frame_dropped_on_a_picture_is_inserted_there():
    tray = trays.moved(
        make_tray(start_image="f", reference_image_urls="abc"), Place(FIRST_FRAME), Place(PICTURES, 2)
    )
    assert (tray[FIRST_FRAME], pictures(tray)) == ((), "afbc")


def test_a_frame_dropped_on_the_other_swaps_with_it():
    tray = trays.moved(make_tray(start_image="f", end_image="l"), Place(FIRST_FRAME), Place(LAST_FRAME))
    assert (tray[FIRST_FRAME], tray[LAST_FRAME]) == (("l",), ("f",))


def test_frames_swap_even_if_one_is_missing():
    tray = trays.swapped(make_tray(start_image="f"))
    assert (tray[FIRST_FRAME], tray[LAST_FRAME]) == ((), ("f",))


def test_frames_become_references():
    tray = trays.frames_as_references(make_tray(start_image="f", end_image="l", reference_image_urls="a"))
    assert (pictures(tray), tray[FIRST_FRAME], tray[LAST_FRAME]) == ("afl", (), ())


def test_frames_stay_frames_if_the_pictures_are_full():
    with pytest.raises(Full):
        trays.frames_as_references(make_tray(start_image="f", reference_image_urls="abcdeghij"))


def test_leaving_a_reference_out_keeps_it_as_a_frame():
    tray = trays.without(make_tray(start_image="a", reference_image_urls="ab"), "a")
    assert (tray[FIRST_FRAME], pictures(tray)) == (("a",), "b")


def test_tokens_follow_a_reorder():
    after = trays.moved(ABC, Place(PICTURES, 3), Place(PICTURES, 1))
    assert renumber("[Image1] [Image2] [Image3]", trays.moves(ABC, after)) == "[Image2] [Image3] [Image1]"


def test_the_token_of_a_removed_file_dangles_after_the_last():
    after = trays.removed(ABC, Place(PICTURES, 1))
    assert renumber("[Image1] [Image2] [Image3]", trays.moves(ABC, after)) == "[Image3] [Image1] [Image2]"


def test_a_file_added_again_gets_its_token_back():
    out = trays.removed(ABC, Place(PICTURES, 1))
    again = trays.added(out, PICTURES, "a")
    prompt = renumber("[Image1] and [Image2]", trays.moves(ABC, out))
    assert again[PICTURES][2] == "a"
    assert renumber(prompt, trays.moves(out, again)) == "[Image3] and [Image1]"


def test_a_file_that_replaces_another_keeps_its_token():
    assert trays.moves(ABC, trays.replaced(ABC, "b", "z")) == {}


def test_each_kind_has_its_own_tokens():
    before = make_tray(reference_image_urls="ab", reference_video_urls="xy")
    after = trays.removed(before, Place(VIDEOS, 1))
    assert set(trays.moves(before, after)) == {Token("Video", 1), Token("Video", 2)}
