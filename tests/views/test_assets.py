"""An asset's page, for its owner only; and clips turned into assets."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from generations.library.add import trash_asset
from generations.lifecycle.submit import admit_queued
from generations.models import Asset, Generation, User
from tests.factories import make_generation, make_recipe
from tests.library.assets import make_asset
from tests.library.conftest import Add, add  # noqa: F401
from tests.media import samples

HTMX = {"HX-Request": "true"}
READ = ["", "file", "thumbnail"]
CHANGES = ["rename/", "trash/", "restore/", "retry/"]


@pytest.fixture
def picture(add: Add) -> Asset:  # noqa: F811
    return add(samples.picture(), name="fox.png")


@pytest.mark.parametrize("what", READ)
def test_the_owner_sees_it(as_alice: Client, picture: Asset, what: str) -> None:
    assert as_alice.get(f"/library/{picture.pk}/{what}").status_code == 200


@pytest.mark.parametrize("what", READ)
@pytest.mark.parametrize("person", ["as_bob", "as_staff"])
def test_for_everybody_else_it_does_not_exist(
    request: pytest.FixtureRequest, picture: Asset, person: str, what: str
) -> None:
    # bar 28
    client = request.getfixturevalue(person)
    theirs, missing = client.get(f"/library/{picture.pk}/{what}"), client.get(f"/library/{uuid4()}/{what}")
    assert (theirs.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize("what", CHANGES)
def test_nobody_else_can_change_it(as_bob: Client, picture: Asset, what: str) -> None:
    before = Asset.objects.values().get()
    assert as_bob.post(f"/library/{picture.pk}/{what}", {"name": "Mine"}).status_code == 404
    assert Asset.objects.values().get() == before


@pytest.mark.parametrize("what", [*READ, *CHANGES])
def test_the_anonymous_are_sent_to_sign_in(client: Client, picture: Asset, what: str) -> None:
    assert client.post(f"/library/{picture.pk}/{what}")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("what", CHANGES)
def test_only_a_post_changes_it(as_alice: Client, picture: Asset, what: str) -> None:
    assert as_alice.get(f"/library/{picture.pk}/{what}").status_code == 405


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (samples.picture("PNG"), "file", "image/png"),
        (samples.picture("WEBP"), "file", "image/webp"),
        (samples.picture("GIF"), "file", "image/gif"),
        (samples.video("webm"), "file", "video/webm"),
        (samples.video("mp4"), "strip", "image/jpeg"),
        (samples.sound("mp3"), "file", "audio/mpeg"),
        (samples.sound("ogg"), "thumbnail", "image/png"),
    ],
    ids=["png", "webp", "gif", "webm", "strip", "mp3", "waveform"],
)
def test_a_file_is_served_with_its_own_type_never_as_a_page(
    as_alice: Client,
    add: Add,  # noqa: F811
    content: bytes,
    name: str,
    content_type: str,
) -> None:
    asset = add(content)
    response = as_alice.get(f"/library/{asset.pk}/{name}")
    assert response["Content-Type"] == content_type
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["strip", "upload_url", "sha256", "file.png"])
def test_a_file_with_another_name_is_404(as_alice: Client, picture: Asset, name: str) -> None:
    assert as_alice.get(f"/library/{picture.pk}/{name}").status_code == 404


def test_a_download_has_the_assets_name(as_alice: Client, picture: Asset) -> None:
    response = as_alice.get(f"/library/{picture.pk}/file?download")
    assert response["Content-Disposition"] == 'attachment; filename="fox.png"'


def test_its_page_links_to_the_clips_that_used_it(as_alice: Client, picture: Asset, alice: User) -> None:
    generation = make_generation(user=alice, recipe=make_recipe(start_image=picture.address))
    page = as_alice.get(f"/library/{picture.pk}/")
    assert (list(page.context["uses"]), page.context["clips"]) == ([generation], 1)
    assert generation.get_absolute_url() in page.content.decode()


def test_it_is_renamed(as_alice: Client, picture: Asset) -> None:
    response = as_alice.post(f"/library/{picture.pk}/rename/", {"name": " Red  fox.png "}, headers=HTMX)
    picture.refresh_from_db()
    assert picture.name == "Red fox"
    assert response.content.decode().lstrip().startswith(f'<li id="asset-{picture.pk}"')


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_empty_name_is_refused_with_a_message(as_alice: Client, picture: Asset, headers: dict) -> None:
    response = as_alice.post(f"/library/{picture.pk}/rename/", {"name": "\u202e "}, headers=headers)
    picture.refresh_from_db()
    assert (response.status_code, picture.name) == (422, "fox")
    assert 'class="field-error"' in response.content.decode()


def test_it_goes_to_the_trash_and_is_restored(as_alice: Client, picture: Asset) -> None:
    gone = as_alice.post(f"/library/{picture.pk}/trash/", headers=HTMX).content.decode()
    assert f"/library/{picture.pk}/restore/" in gone
    back = as_alice.post(f"/library/{picture.pk}/restore/", headers=HTMX).content.decode()
    assert f"/library/{picture.pk}/restore/" not in back
    assert Asset.objects.get().trashed_at is None


@pytest.mark.parametrize("what", ["trash/", "restore/", "retry/"])
def test_without_htmx_it_redirects_to_a_page(as_alice: Client, picture: Asset, what: str) -> None:
    assert as_alice.post(f"/library/{picture.pk}/{what}").status_code == 302


def test_a_refused_file_is_retried(as_alice: Client, alice: User) -> None:
    asset = make_asset(user=alice, upstream_state="failed", upstream_error="Too dark.")
    found = as_alice.post(f"/library/{asset.pk}/retry/", headers=HTMX).content.decode()
    assert 'data-state="preparing"' in found


@pytest.fixture
def finished(alice: User) -> Generation:
    generation = make_generation(user=alice, status="finished")
    generation.video.save("video.mp4", ContentFile(samples.video(seconds=1)))
    return generation


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"to": "reference_video_urls"}, "video"),
        ({"to": "start_image", "seconds": "0.5"}, "image"),
        ({"to": "reference_image_urls", "seconds": "nonsense"}, "image"),
        ({"to": "end_image", "seconds": "nan"}, "image"),
    ],
    ids=str,
)
def test_a_clip_or_its_frame_goes_to_the_composer(
    as_alice: Client, finished: Generation, form: dict, kind: str
) -> None:
    response = as_alice.post(f"/generations/{finished.pk}/take/", form)
    asset = Asset.objects.get()
    assert asset.kind == kind
    assert response["Location"] == f"/?{form['to']}=library%3A{asset.pk}"


def test_only_the_owner_can_use_a_clip(as_bob: Client, as_staff: Client, finished: Generation) -> None:
    for client in (as_bob, as_staff):
        assert client.post(f"/generations/{finished.pk}/take/", {"to": "start_image"}).status_code == 404
    assert not Asset.objects.exists()


def test_a_clip_not_yet_downloaded_gives_nothing(as_alice: Client, generation: Generation) -> None:
    assert as_alice.post(f"/generations/{generation.pk}/take/", {"to": "start_image"}).status_code == 404
    assert as_alice.post(f"/generations/{generation.pk}/take/", {"to": "prompt"}).status_code == 404


class TestInClips:
    """What cards and clip pages say about the files a clip uses."""

    def test_a_queued_clip_says_how_many_files_it_waits_for(self, as_alice: Client, alice: User) -> None:
        one, two = make_asset(user=alice), make_asset(user=alice)
        recipe = make_recipe(start_image=one.address, end_image=two.address)
        generation = make_generation(user=alice, recipe=recipe)
        for url in ("/", generation.get_absolute_url()):
            assert "Preparing 2 references" in as_alice.get(url).content.decode()

    def test_the_card_updates_as_files_become_ready(self, as_alice: Client, alice: User) -> None:
        asset = make_asset(user=alice)
        generation = make_generation(user=alice, recipe=make_recipe(start_image=asset.address))
        [shown] = as_alice.get("/").context["feed"]
        showing = {"showing": f"{generation.pk}.{shown.stamp}"}
        assert as_alice.get("/generations/updates/", showing).status_code == 204
        asset.upstream_state, asset.upstream_asset_id = "active", "a"
        asset.upstream_checked_at = generation.created_at
        asset.save()
        found = as_alice.get("/generations/updates/", showing).content.decode()
        assert "Preparing" not in found
        assert f'id="card-{generation.pk}"' in found

    def test_its_page_shows_references_in_order(self, as_alice: Client, alice: User) -> None:
        asset = make_asset(user=alice, name="Red fox")
        recipe = make_recipe(reference_image_urls=("https://a.test/1.png", asset.address))
        generation = make_generation(user=alice, recipe=recipe)
        trash_asset(asset)
        found = as_alice.get(generation.get_absolute_url()).content.decode()
        assert "[Image2]" in found
        assert "Red fox" in found
        assert "data-trashed" in found or "trash" in found

    def test_staff_see_that_a_file_was_used_but_not_which(self, as_staff: Client, alice: User) -> None:
        asset = make_asset(user=alice, name="Red fox")
        generation = make_generation(user=alice, recipe=make_recipe(start_image=asset.address))
        found = as_staff.get(generation.get_absolute_url()).content.decode()
        assert "Red fox" not in found
        assert "owner" in found

    def test_references_take_a_constant_number_of_queries(
        self, as_alice: Client, alice: User, django_assert_max_num_queries: Callable
    ) -> None:
        for _ in range(6):
            files = tuple(make_asset(user=alice).address for _ in range(3))
            make_generation(user=alice, recipe=make_recipe(reference_image_urls=files))
        assert admit_queued() == []
        with django_assert_max_num_queries(11):
            as_alice.get("/")
