"""The library: adding and finding files, and the state of files in progress."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generations.library.uploads import MediaUploadHandler
from generations.models import Asset, User
from tests.factories import make_generation, make_recipe
from tests.library.assets import make_asset
from tests.media import samples

HTMX = {"HX-Request": "true"}
URL = "/library/"


def upload(content: bytes, name: str = "fox.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def post(client: Client, *files: SimpleUploadedFile, **more: object):
    return client.post(URL, {"file": list(files), **more}, headers=HTMX)


class Endless(BytesIO):
    """A body that records whether it was read."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.asked = False

    def read(self, size: int | None = -1) -> bytes:
        self.asked = True
        return b""


@pytest.fixture
def incoming(settings, tmp_path: Path) -> Iterator[Path]:
    """The upload directory, which must be empty again after every request."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    yield settings.FILE_UPLOAD_TEMP_DIR
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a%22b.png", 'a"b'),
        ("%22Fox%22 100%.png", '"Fox" 100%'),
        ("two%0D%0Alines.png", "two lines"),
        ("50%20off.png", "50%20off"),
        ("U\u0308bung.png", "Übung"),
        ("O'Neil; x=1.png", "O'Neil; x=1"),
    ],
)
def test_a_file_is_named_as_on_the_disk_of_its_sender(as_alice: Client, sent: str, shown: str) -> None:
    post(as_alice, upload(samples.picture(), sent))
    assert Asset.objects.get().name == shown


@pytest.mark.parametrize(
    ("content", "kind"),
    [(samples.picture(), "image"), (samples.video(), "video"), (samples.sound(), "audio")],
    ids=["image", "video", "audio"],
)
def test_a_file_is_added_and_its_tile_returned(
    as_alice: Client, alice: User, incoming: Path, content: bytes, kind: str
) -> None:
    response = post(as_alice, upload(content, "The fox.bin"))
    asset = Asset.objects.get()
    assert response.status_code == 200
    assert (asset.user, asset.kind) == (alice, kind)
    assert f'data-address="library:{asset.pk}"' in response.content.decode()


def test_its_registration_starts_as_soon_as_it_is_added(
    as_alice: Client, django_capture_on_commit_callbacks: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple] = []
    monkeypatch.setattr("generations.tasks.async_task", lambda *about, **options: queued.append(about))
    with django_capture_on_commit_callbacks(execute=True):
        post(as_alice, upload(samples.picture()))
    assert queued == [("generations.tasks.prepare", str(Asset.objects.get().pk))]


def test_the_same_file_twice_is_one_asset(as_alice: Client) -> None:
    for name in ("fox.png", "hare.png"):
        post(as_alice, upload(samples.picture(), name))
    assert Asset.objects.get().name == "fox"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "drawing.svg",
            "“drawing.svg”: This is an SVG drawing.",
        ),
        (b"<!DOCTYPE html><script>", "film.mp4", "“film.mp4”: This is a web page."),
        (b"", "nothing.png", "“nothing.png”: This file is empty."),
        (samples.picture()[:90], "cut.png", "“cut.png”: This file is incomplete"),
        (samples.picture() + b"\0" * 25 * 1024**2, "big.png", "“big.png”: This picture is too large"),
    ],
    ids=["svg", "html", "empty", "cut", "big"],
)
def test_a_bad_file_is_refused_by_name_with_a_reason(
    as_alice: Client, incoming: Path, content: bytes, name: str, words: str
) -> None:
    response = post(as_alice, upload(content, name))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Asset.objects.exists()


def test_a_too_large_upload_is_deleted_before_it_is_complete(
    as_alice: Client, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    receive = MediaUploadHandler.receive_data_chunk

    def watched(handler: MediaUploadHandler, raw_data: bytes, start: int) -> None:
        receive(handler, raw_data, start)
        written.append(sum(each.stat().st_size for each in incoming.iterdir()))

    monkeypatch.setattr(MediaUploadHandler, "receive_data_chunk", watched)
    post(as_alice, upload(samples.picture() + b"\0" * 40 * 1024**2))
    assert max(written) <= 25 * 1024**2 + 128 * 1024
    assert written[-1] == 0


def test_a_body_over_the_limit_is_413_and_never_read(as_alice: Client, settings) -> None:
    # bar 39
    body = Endless()
    response = as_alice.generic(
        "POST",
        URL,
        b"",
        "multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(5 * 10**9)},
    )
    assert response.status_code == 413
    assert not body.asked


def test_other_urls_keep_the_smaller_limit(as_alice: Client) -> None:
    body = Endless()
    response = as_alice.generic(
        "POST",
        "/generations/",
        b"",
        "multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(3 * 1024**2)},
    )
    assert (response.status_code, body.asked) == (413, False)


def test_an_anonymous_upload_is_never_read(db: None, incoming: Path) -> None:
    # bar 39: sign-in is checked before the body is parsed.
    body = Endless()
    response = Client(enforce_csrf_checks=True).generic(
        "POST",
        URL,
        b"",
        "multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(50 * 1024**2)},
    )
    assert response["Location"].startswith("/accounts/login/")
    assert not body.asked


def test_an_upload_needs_the_csrf_token(alice: User) -> None:  # bar 33
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert post(client, upload(samples.picture())).status_code == 403
    assert not Asset.objects.exists()


def test_several_files_are_added_without_script(as_alice: Client) -> None:
    files = [upload(samples.picture()), upload(samples.sound(), "waves.mp3"), upload(b"text", "note.txt")]
    response = as_alice.post(URL, {"file": files}, follow=True)
    found = response.content.decode()
    assert Asset.objects.count() == 2
    assert "2 files added." in found
    assert "“note.txt”: This file type isn’t supported." in found


def test_choosing_no_file_shows_an_error(as_alice: Client) -> None:
    page = as_alice.post(URL, {}, follow=True)
    assert [each.level_tag for each in page.context["messages"]] == ["error"]


def test_without_script_files_added_from_the_composer_are_in_its_tray(as_alice: Client) -> None:
    form = {"tray": "add", "prompt": "A fox at dawn", "file": [upload(samples.picture())]}
    found = as_alice.post("/generations/tray/files/", form).content.decode()
    assert f'name="reference_image_urls" value="{Asset.objects.get().address}"' in found
    assert "A fox at dawn" in found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Red fox", "Fox bark", "Hare"}),
        ({"kind": "image"}, {"Red fox", "Hare"}),
        ({"q": "fox"}, {"Red fox", "Fox bark"}),
        ({"q": "fox red"}, {"Red fox"}),
        ({"q": "fox", "kind": "audio"}, {"Fox bark"}),
        ({"q": "fox", "kind": "nonsense"}, {"Red fox", "Fox bark"}),
        ({"trash": "1"}, {"Old hat"}),
    ],
    ids=["all", "kind", "word", "words", "word-and-kind", "nonsense", "trash"],
)
def test_the_library_is_filtered(as_alice: Client, alice: User, query: dict, found: set[str]) -> None:
    make_asset(user=alice, name="Red fox")
    make_asset(user=alice, name="Fox bark", kind="audio")
    make_asset(user=alice, name="Hare")
    make_asset(user=alice, name="Old hat", trashed_at="2026-01-01T00:00Z")
    page = as_alice.get(URL, query).context["page"]
    assert {asset.name for asset in page.rows} == found


@pytest.mark.parametrize(("language", "name"), [("en", "Pictures"), ("de", "Bilder")])
def test_kinds_have_plural_names_in_each_language(as_alice: Client, language: str, name: str) -> None:
    shelf = as_alice.get(URL, headers={"Accept-Language": language}).content.decode()
    kinds = re.findall(r'name="kind"\s+value="image"\s*>\s*(\w+)\s*</button>', shelf)
    assert kinds == [name]


def test_it_shows_how_many_clips_use_a_file(as_alice: Client, alice: User) -> None:
    asset = make_asset(user=alice)
    recipe = make_recipe(start_image=asset.address, reference_image_urls=(asset.address,))
    make_generation(user=alice, recipe=recipe)
    make_generation(user=alice, recipe=recipe)
    page = as_alice.get(URL)
    assert page.context["asset"].clips == 2
    assert f'href="/library/{asset.pk}/#uses"' in page.content.decode()


@pytest.mark.parametrize("url", [URL, "/library/pick/"])
def test_it_never_shows_other_users_files(as_bob: Client, alice: User, url: str) -> None:
    make_asset(user=alice, name="Alice's secret")
    assert "secret" not in as_bob.get(url).content.decode()


@pytest.mark.parametrize("url", [URL, "/library/pick/", "/library/states/"])
def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405(as_alice: Client, method: str) -> None:
    assert getattr(as_alice, method)(URL).status_code == 405


@pytest.mark.parametrize("files", [1, 30])
@pytest.mark.parametrize("url", [URL, "/library/pick/"])
def test_it_runs_a_constant_number_of_queries(
    as_alice: Client, alice: User, django_assert_max_num_queries: Callable, files: int, url: str
) -> None:
    for _ in range(files):
        make_asset(user=alice)
    with django_assert_max_num_queries(8):
        as_alice.get(url)


def test_the_dialog_offers_each_file_as_a_button(as_alice: Client, alice: User) -> None:
    asset = make_asset(user=alice)
    found = as_alice.get("/library/pick/", {"to": "end_image"}, headers=HTMX).content.decode()
    assert f"add end_image {asset.address}" in found
    assert found.lstrip().startswith('<div id="picker-list"')


class TestStates:
    URL = "/library/states/"

    def test_polling_without_changes_has_no_body(self, as_alice: Client, alice: User) -> None:
        asset = make_asset(user=alice)
        assert as_alice.get(self.URL, {"preparing": asset.pk}).status_code == 204

    def test_a_ready_file_is_updated_and_polling_ends(self, as_alice: Client, alice: User) -> None:
        asset = make_asset(user=alice, upstream_state="active", upstream_asset_id="a")
        found = as_alice.get(self.URL, {"preparing": asset.pk}).content.decode()
        assert f"outerHTML:[data-asset-state='{asset.pk}']" in found
        assert "every 2s" not in found

    def test_it_keeps_polling_for_the_rest(self, as_alice: Client, alice: User) -> None:
        ready = make_asset(user=alice, upstream_state="active", upstream_asset_id="a")
        waiting = make_asset(user=alice)
        found = as_alice.get(self.URL, {"preparing": [ready.pk, waiting.pk]}).content.decode()
        assert "every 2s" in found

    def test_a_refusal_is_an_event(self, as_alice: Client, alice: User) -> None:
        asset = make_asset(user=alice, upstream_state="failed", upstream_error="Too dark.")
        response = as_alice.get(self.URL, {"preparing": asset.pk})
        assert "asset-refused" in response["HX-Trigger"]
        assert "Too dark." in response.content.decode()

    def test_other_users_files_are_not_reported(self, as_bob: Client, alice: User) -> None:
        asset = make_asset(user=alice, upstream_state="failed", upstream_error="Too dark.")
        assert "Too dark." not in as_bob.get(self.URL, {"preparing": asset.pk}).content.decode()

    def test_it_ignores_invalid_input(self, as_alice: Client) -> None:
        assert as_alice.get(self.URL, {"preparing": "nonsense"}).status_code == 200
