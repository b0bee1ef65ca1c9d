"""Advice knows what the library knows of the files that a recipe names."""

from generations import library
from generations.models import User
from tests.factories import make_recipe
from tests.library.assets import make_asset


def test_it_knows_the_size_of_ones_own_pictures(alice: User):
    small = make_asset(user=alice, width=100, height=100, name="Dot")
    (note,) = library.advice_for(alice, make_recipe(reference_image_urls=(small.address,)))
    assert (note.code, note.fix, note.uri) == ("picture-size", "scale", small.address)
    assert "“Dot” is 100 × 100" in note.text


def test_it_knows_the_length_of_ones_own_videos(alice: User):
    long = make_asset(user=alice, kind="video", seconds=40)
    (note,) = library.advice_for(alice, make_recipe(reference_video_urls=(long.address,)))
    assert (note.code, note.fix, note.seconds) == ("videos-too-long", "trim", 15)


def test_it_tells_nothing_of_a_strangers_files(alice: User, bob: User):
    theirs = make_asset(user=bob, width=100, height=100)
    assert library.advice_for(alice, make_recipe(reference_image_urls=(theirs.address,))) == []


def test_it_says_what_needs_no_knowledge_of_other_addresses(alice: User):
    recipe = make_recipe(end_image="https://example.org/end.png")
    assert [note.code for note in library.advice_for(alice, recipe)] == ["last-frame-alone"]


def test_it_asks_the_database_once_or_not_at_all(alice: User, django_assert_num_queries):
    addresses = tuple(make_asset(user=alice).address for _ in range(3))
    with django_assert_num_queries(1):
        library.advice_for(alice, make_recipe(reference_image_urls=addresses))
    with django_assert_num_queries(0):
        library.advice_for(alice, make_recipe())
