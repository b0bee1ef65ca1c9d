"""From files to the request for a clip: every kind, in the given order."""

from collections.abc import Callable

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.library.add import trash_asset
from generations.models import Asset, Generation, User
from tests.factories import make_generation, make_recipe
from tests.media import samples
from tests.seen import run_until, sent_jobs

Add = Callable[..., Asset]


def uris_of(assets: list[Asset]) -> list[str | None]:
    return [Asset.objects.get(pk=each.pk).uri for each in assets]


def test_the_request_names_every_file_in_its_place(
    alice: User, add: Add, apiframe: Apiframe, sandbox: Sandbox
):
    pictures = [add(samples.picture(size=size)) for size in ((400, 300), (300, 400), (300, 300))]
    pictures.reverse()
    video = add(samples.video(seconds=2, size=(960, 540)))
    sound = add(samples.sound(seconds=2))
    recipe = make_recipe(
        reference_image_urls=tuple(each.address for each in pictures),
        reference_video_urls=(video.address,),
        reference_audio_urls=(sound.address,),
    )
    run_until(make_generation(user=alice, recipe=recipe), "fetching", apiframe)
    sent = sent_jobs(sandbox)[0].json["seedanceParams"]
    assert sent["reference_image_urls"] == uris_of(pictures)
    assert sent["reference_video_urls"] + sent["reference_audio_urls"] == uris_of([video, sound])
    assert sent_jobs(sandbox)[0].charged == 8


def test_a_file_in_the_trash_is_still_sent(alice: User, add: Add, apiframe: Apiframe):
    frame = add(samples.picture(size=(400, 300)))
    generation = make_generation(user=alice, recipe=make_recipe(start_image=frame.address))
    trash_asset(frame)
    run_until(generation, "fetching", apiframe)


def test_one_file_may_be_used_in_several_roles(alice: User, add: Add, apiframe: Apiframe, sandbox: Sandbox):
    frame = add(samples.picture(size=(400, 300)))
    recipe = make_recipe(start_image=frame.address, end_image=frame.address)
    run_until(make_generation(user=alice, recipe=recipe), "running", apiframe)
    sent = sent_jobs(sandbox)[0].json["seedanceParams"]
    assert sent["start_image"] == sent["end_image"] == uris_of([frame])[0]
    assert Generation.objects.get().references.count() == 2
