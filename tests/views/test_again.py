"""Reuse, retry, extend, and the family of clips that results."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils.html import escape
from PIL import Image

from generations.credits.ledger import account_for
from generations.media import storage
from generations.models import Asset, Generation, User
from generations.texts import failure_reasons
from generations.texts.messages import NO_JOB
from tests.factories import make_generation, make_recipe

RECIPE = make_recipe(
    prompt="A fox, [Image1]",
    duration=6,
    aspect_ratio="9:16",
    generate_audio=False,
    seed=7,
    reference_image_urls=("https://a.test/1.png", "https://a.test/2.png"),
)


@pytest.fixture
def failed(alice: User) -> Generation:
    generation = make_generation(user=alice, recipe=RECIPE)
    Generation.objects.update(status="failed", error_code="content_policy")
    generation.refresh_from_db()
    return generation


@pytest.fixture
def finished(alice: User, tmp_path: Path) -> Generation:
    generation = make_generation(user=alice, recipe=RECIPE, status="finished")
    Image.new("RGB", (640, 360), "teal").save(tmp_path / "last-frame.png")
    name = storage.keep(tmp_path / "last-frame.png", f"generations/{generation.pk}/last-frame.png")
    Generation.objects.update(last_frame=name)
    generation.refresh_from_db()
    return generation


def test_reuse_fills_the_composer(as_alice: Client, failed: Generation) -> None:
    form = as_alice.get(f"/?reuse={failed.pk}").context["form"]
    assert form["prompt"].value() == RECIPE.prompt
    assert (form["duration"].value(), form["aspect_ratio"].value(), form["seed"].value()) == (6, "9:16", 7)
    assert form["generate_audio"].value() is False
    assert form["reference_image_urls"].value().split() == list(RECIPE.reference_image_urls)


def test_reuse_shows_the_price_of_what_is_reused(as_alice: Client, failed: Generation) -> None:
    assert "6 s × 1" in as_alice.get(f"/?reuse={failed.pk}").content.decode()


def test_a_saved_draft_does_not_overwrite_a_reused_recipe(as_alice: Client, failed: Generation) -> None:
    assert "data-bound" in as_alice.get(f"/?reuse={failed.pk}").content.decode()
    assert "data-bound" not in as_alice.get("/").content.decode()


def test_unset_parameters_show_the_default(as_alice: Client, alice: User) -> None:
    plain = make_generation(user=alice, recipe=make_recipe(duration=None, resolution=None))
    form = as_alice.get(f"/?reuse={plain.pk}").context["form"]
    assert (form["duration"].value(), form["resolution"].value()) == (8, "720p")


@pytest.mark.parametrize("name", ["nonsense", str(UUID(int=1))])
def test_a_missing_clip_cannot_be_reused(as_alice: Client, name: str) -> None:
    assert as_alice.get(f"/?reuse={name}").status_code == 404


def test_a_stranger_cannot_reuse_retry_or_extend(as_bob: Client, finished: Generation) -> None:
    assert as_bob.get(f"/?reuse={finished.pk}").status_code == 404
    assert as_bob.post(f"/generations/{finished.pk}/retry/").status_code == 404
    assert as_bob.post(f"/generations/{finished.pk}/extend/").status_code == 404


@pytest.mark.parametrize("verb", ["retry", "extend"])
def test_only_a_post_creates_a_clip(as_alice: Client, finished: Generation, verb: str) -> None:
    assert as_alice.get(f"/generations/{finished.pk}/{verb}/").status_code == 405


def test_retry_creates_the_same_clip_again(as_alice: Client, failed: Generation) -> None:
    response = as_alice.post(f"/generations/{failed.pk}/retry/", {"submission": str(uuid4())})
    again = Generation.objects.exclude(pk=failed.pk).get()
    assert (response.status_code, response["Location"]) == (302, "/")
    assert again.recipe() == failed.recipe()
    assert (again.status, again.parent) == ("queued", failed)


def test_retry_sent_twice_creates_one_clip(as_alice: Client, failed: Generation) -> None:
    form = {"submission": str(uuid4())}
    as_alice.post(f"/generations/{failed.pk}/retry/", form)
    as_alice.post(f"/generations/{failed.pk}/retry/", form)
    assert failed.children.count() == 1


def test_retry_without_credits_shows_an_error_in_the_filled_composer(
    as_alice: Client, alice: User, failed: Generation
) -> None:
    make_generation(user=alice, recipe=make_recipe(duration=15, resolution="720p"))
    make_generation(user=alice, recipe=make_recipe(duration=15, resolution="720p"))
    make_generation(user=alice, recipe=make_recipe(duration=15, resolution="720p"))
    response = as_alice.post(f"/generations/{failed.pk}/retry/")
    assert response.status_code == 422
    assert "2 more" in response.content.decode()
    assert response.context["form"]["prompt"].value() == RECIPE.prompt


def test_a_finished_clip_is_not_retried(as_alice: Client, finished: Generation) -> None:
    as_alice.post(f"/generations/{finished.pk}/retry/")
    assert Generation.objects.count() == 1


def test_extend_starts_with_the_last_frame(as_alice: Client, finished: Generation) -> None:
    response = as_alice.post(f"/generations/{finished.pk}/extend/")
    asset = Asset.objects.get()
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query == {"reuse": [str(finished.pk)], "start_image": [asset.address]}
    assert (asset.kind, asset.width, asset.height) == ("image", 640, 360)


def test_the_extended_recipe_has_the_frame_and_no_references(as_alice: Client, finished: Generation) -> None:
    address = as_alice.post(f"/generations/{finished.pk}/extend/")["Location"]
    form = as_alice.get(address).context["form"]
    assert form["start_image"].value() == Asset.objects.get().address
    assert form["prompt"].value() == RECIPE.prompt
    assert not form["reference_image_urls"].value()


def test_a_clip_without_a_last_frame_cannot_be_extended(as_alice: Client, failed: Generation) -> None:
    assert as_alice.post(f"/generations/{failed.pk}/extend/").status_code == 404


CLIP = {"prompt": "A fox", "duration": "4", "resolution": "480p", "generate_audio": "on"}


def test_a_clip_started_from_another_is_its_child(as_alice: Client, finished: Generation) -> None:
    as_alice.post("/generations/", {**CLIP, "parent": str(finished.pk)})
    assert finished.children.count() == 1


def test_the_next_clip_from_the_same_composer_is_not_a_child(as_alice: Client, finished: Generation) -> None:
    form = {**CLIP, "parent": str(finished.pk)}
    answer = as_alice.post("/generations/", form, headers={"HX-Request": "true"})
    assert answer.context["parent"] == ""


def test_another_users_clip_cannot_be_a_parent(as_bob: Client, bob: User, finished: Generation) -> None:
    as_bob.post("/generations/", {**CLIP, "parent": str(finished.pk)})
    assert Generation.objects.get(user=bob).parent is None


def test_a_clips_page_shows_its_family(as_alice: Client, alice: User, finished: Generation) -> None:
    child = make_generation(user=alice, parent=finished)
    up, down = (as_alice.get(each.get_absolute_url()).context["family"] for each in (child, finished))
    assert [(each.clip, each.relation) for each in up] == [(finished, "Source")]
    assert [(each.clip, each.relation) for each in down] == [(child, "Derived")]


def test_a_large_family_takes_no_more_queries(
    as_alice: Client, alice: User, finished: Generation, django_assert_max_num_queries
) -> None:
    for _ in range(8):
        make_generation(user=alice, parent=finished)
    with django_assert_max_num_queries(17):
        as_alice.get(finished.get_absolute_url())


def test_the_page_shows_the_body_that_was_sent(as_alice: Client, finished: Generation) -> None:
    Generation.objects.filter(pk=finished.pk).update(request_body=b'{"prompt":"A <b>fox"}')
    words = as_alice.get(finished.get_absolute_url()).content.decode()
    assert "{&quot;prompt&quot;:&quot;A &lt;b&gt;fox&quot;}" in words
    assert "$APIFRAME_API_KEY" in words


def test_a_clip_never_sent_has_no_request_to_copy(as_alice: Client, failed: Generation) -> None:
    assert 'id="request"' not in as_alice.get(failed.get_absolute_url()).content.decode()


def test_a_failed_card_offers_retry(as_alice: Client, failed: Generation) -> None:
    assert f'action="/generations/{failed.pk}/retry/"' in as_alice.get("/").content.decode()
    menu = as_alice.get(f"/generations/{failed.pk}/menu/", headers={"HX-Request": "true"})
    assert f"/?reuse={failed.pk}" in menu.content.decode()


def test_viewing_and_reusing_cost_nothing(as_alice: Client, alice: User, finished: Generation) -> None:
    held = account_for(alice).held
    as_alice.get(f"/?reuse={finished.pk}")
    as_alice.post(f"/generations/{finished.pk}/extend/")
    assert account_for(alice).held == held


def test_a_clips_page_offers_its_seed_for_another_clip(as_alice: Client, alice: User) -> None:
    clip = make_generation(user=alice)
    assert f"?seed_of={clip.pk}" in as_alice.get(clip.get_absolute_url()).content.decode()
    response = as_alice.get("/", {"seed_of": str(clip.pk)})
    assert response.context["form"]["seed"].value() == str(clip.seed)
    assert json.loads(response.context["begun"]) == {"settings": {"seed": str(clip.seed)}}


def test_somebody_elses_seed_is_not_shown(as_bob: Client, alice: User) -> None:
    clip = make_generation(user=alice)
    assert as_bob.get("/", {"seed_of": str(clip.pk)}).status_code == 404


def test_a_clip_whose_sound_was_refused_is_retried_without_it(as_alice: Client, failed: Generation) -> None:
    Generation.objects.filter(pk=failed.pk).update(
        generate_audio=True,
        error_code=failure_reasons.OUTPUT_AUDIO,
        error="The output audio may contain sensitive information.",
    )
    assert 'name="sound"' in as_alice.get("/").content.decode()
    as_alice.post(f"/generations/{failed.pk}/retry/", {"submission": str(uuid4()), "sound": "off"})
    assert [each.generate_audio for each in Generation.objects.order_by("created_at")] == [True, False]


def test_no_other_failure_offers_to_leave_the_sound_out(as_alice: Client, failed: Generation) -> None:
    assert 'name="sound"' not in as_alice.get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/generations/{pk}/"])
def test_what_the_provider_said_is_beside_our_own_words(
    as_alice: Client, failed: Generation, path: str
) -> None:
    said = "The parameter `seed` specified in the request is not valid <b>"
    Generation.objects.filter(pk=failed.pk).update(error_code=failure_reasons.REFUSED, error=said)
    page = as_alice.get(path.format(pk=failed.pk)).content.decode()
    assert f"data-provider-message>{escape(said)}<" in page
    assert f'data-cause="{failure_reasons.REFUSED}"' in page


def test_a_message_of_our_own_is_not_shown_as_the_providers(as_alice: Client, failed: Generation) -> None:
    Generation.objects.filter(pk=failed.pk).update(error_code=failure_reasons.LOST, error=NO_JOB())
    assert "data-provider-message" not in as_alice.get("/").content.decode()
