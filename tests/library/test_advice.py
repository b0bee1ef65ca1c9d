"""Advice uses what the library knows about the files in a recipe."""

from generations.library.advice import advice_for
from generations.models import User
from tests.factories import make_recipe
from tests.library.assets import make_asset


def test_it_uses_the_size_of_ones_own_pictures(alice: User):
    small = make_asset(user=alice, width=100, height=100, name="Dot")
    (note,) = advice_for(alice, make_recipe(reference_image_urls=(small.address,)))
    assert (note.code, note.fix, note.uri) == ("picture-size", "scale", small.address)
    assert "“Dot” is 100 × 100" in note.text


def test_it_uses_the_length_of_ones_own_videos(alice: User):
    long = make_asset(user=alice, kind="video", width=1280, height=720, seconds=40, file="assets/1/long.mp4")
    (note,) = advice_for(alice, make_recipe(reference_video_urls=(long.address,)))
    assert (note.code, note.fix, note.seconds) == ("videos-too-long", "trim", 15)


def test_it_uses_frame_rate_and_format_of_ones_own_videos_and_the_prompt(alice: User):
    film = make_asset(
        user=alice, kind="video", width=1280, height=720, seconds=5, frame_rate=12.0, file="a/film.webm"
    )
    recipe = make_recipe(reference_video_urls=(film.address,), prompt="Remove the dog", camera_fixed=True)
    codes = {note.code for note in advice_for(alice, recipe)}
    assert codes == {"video-frame-rate", "video-format", "editing", "fixed-camera"}


def test_it_reveals_nothing_about_another_users_files(alice: User, bob: User):
    theirs = make_asset(user=bob, width=100, height=100)
    assert advice_for(alice, make_recipe(reference_image_urls=(theirs.address,))) == []


def test_it_gives_advice_that_needs_no_file_metadata(alice: User):
    recipe = make_recipe(end_image="https://example.org/end.png")
    assert [note.code for note in advice_for(alice, recipe)] == ["last-frame-alone"]


def test_a_link_tells_a_format_by_its_ending(alice: User):
    recipe = make_recipe(reference_video_urls=("https://a.test/x.WEBM?y=1.mp4", "https://a.test/video"))
    assert [note.code for note in advice_for(alice, recipe)] == ["video-format"]
    recipe = make_recipe(
        reference_image_urls=("https://a.test/x",),
        reference_audio_urls=("https://a.test/x.m4a", "https://a.test/x.mp3"),
    )
    assert [note.code for note in advice_for(alice, recipe)] == ["sound-format"]


def test_it_runs_at_most_one_query(alice: User, django_assert_num_queries):
    addresses = tuple(make_asset(user=alice).address for _ in range(3))
    with django_assert_num_queries(1):
        advice_for(alice, make_recipe(reference_image_urls=addresses))
    with django_assert_num_queries(0):
        advice_for(alice, make_recipe())
