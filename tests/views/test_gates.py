"""Access: owner and staff only; for everybody else the clip does not exist."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from generations.credits.ledger import account_for
from generations.media import storage
from generations.models import Generation, User
from tests.factories import make_generation


@pytest.fixture
def finished(alice: User, tmp_path: Path) -> Generation:
    source = tmp_path / "clip"
    source.write_bytes(b"clip")
    generation = make_generation(user=alice, status="finished")
    kept = {
        field: storage.keep(source, f"generations/{generation.pk}/{field}") for field in ("video", "strip")
    }
    Generation.objects.filter(pk=generation.pk).update(**kept)
    return generation


OWN = ["/generations/{pk}/", "/generations/{pk}/video.mp4", "/generations/{pk}/strip.jpg"]
PAGES = ["/", "/gallery/", "/credits/", "/credits/balance/", "/generations/updates/"]


@pytest.mark.parametrize("url", OWN)
def test_the_owner_sees_it(as_alice: Client, finished: Generation, url: str) -> None:
    assert as_alice.get(url.format(pk=finished.pk)).status_code == 200


@pytest.mark.parametrize("url", OWN)
def test_staff_see_it(as_staff: Client, finished: Generation, url: str) -> None:
    assert as_staff.get(url.format(pk=finished.pk)).status_code == 200


@pytest.mark.parametrize("url", OWN)
def test_for_a_stranger_it_does_not_exist(as_bob: Client, finished: Generation, url: str) -> None:
    # bar 28
    theirs, missing = as_bob.get(url.format(pk=finished.pk)), as_bob.get(url.format(pk=uuid4()))
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert theirs.content == missing.content


@pytest.mark.parametrize("url", [*OWN, *PAGES])
def test_the_anonymous_are_sent_to_sign_in(client: Client, finished: Generation, url: str) -> None:
    response = client.get(url.format(pk=finished.pk))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("url", PAGES)
def test_private_pages_are_not_cached(as_alice: Client, url: str) -> None:
    assert as_alice.get(url)["Cache-Control"] == "private, no-store"


# URL of the request, its method and headers, and the URL shown in the browser.
SHOWN = "http://testserver/gallery/?q=fox&sort=oldest"
WHERE = [
    ("get", "/gallery/?q=fox&sort=oldest", {}),
    ("get", "/generations/updates/", {"HX-Request": "true", "HX-Current-URL": SHOWN}),
    ("post", "/gallery/bulk/", {"HX-Request": "true", "HX-Current-URL": SHOWN}),
    ("post", "/gallery/bulk/", {"Referer": SHOWN}),
    ("post", "/library/", {"HX-Request": "true", "Referer": SHOWN}),
]
ELSEWHERE = ["http://example.org/gallery/?q=fox", "http://testserver//example.org/", "http://[", ""]


@pytest.mark.parametrize(("method", "url", "headers"), WHERE)
def test_signing_in_again_returns_to_the_shown_page(
    client: Client, alice: User, method: str, url: str, headers: dict[str, str]
) -> None:
    asked = getattr(client, method)(url, headers=headers)
    sign_in = asked.headers.get("HX-Redirect") or asked["Location"]
    there = parse_qs(urlsplit(sign_in).query)["next"][0]
    signed_in = client.post(sign_in, {"login": "alice", "password": "correct horse battery", "next": there})
    assert signed_in["Location"] == "/gallery/?q=fox&sort=oldest"


def test_an_expired_session_sends_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/generations/updates/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("shown", ELSEWHERE)
def test_signing_in_never_redirects_to_another_host(client: Client, db: None, shown: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": shown}
    response = client.get("/generations/updates/", headers=headers)
    assert response["HX-Redirect"] in ("/accounts/login/?next=/", "/accounts/login/?next=/example.org/")


@pytest.mark.parametrize("url", PAGES[:-1])
def test_a_page_works(as_alice: Client, finished: Generation, url: str) -> None:
    assert as_alice.get(url).status_code == 200


def test_a_stranger_cannot_cancel(as_bob: Client, generation: Generation) -> None:
    assert as_bob.post(f"/generations/{generation.pk}/cancel/").status_code == 404
    assert account_for(generation.user).held == 4


def test_the_owner_can_cancel(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(f"/generations/{generation.pk}/cancel/")
    assert response.status_code == 302
    assert account_for(generation.user).held == 0


def test_cancelling_with_htmx_returns_the_card(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(f"/generations/{generation.pk}/cancel/", headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith(f'<li id="card-{generation.pk}"')


def test_only_a_post_cancels(as_alice: Client, generation: Generation) -> None:
    assert as_alice.get(f"/generations/{generation.pk}/cancel/").status_code == 405


def test_a_sprite_sheet_is_cached(as_alice: Client, finished: Generation) -> None:
    response = as_alice.get(f"/generations/{finished.pk}/strip.jpg")
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/jpeg", "private, no-cache")


def test_a_clip_without_a_sprite_sheet_returns_404(as_alice: Client, finished: Generation) -> None:
    Generation.objects.update(strip="")
    assert as_alice.get(f"/generations/{finished.pk}/strip.jpg").status_code == 404


def test_a_file_with_another_name_is_404(as_alice: Client, finished: Generation) -> None:
    assert as_alice.get(f"/generations/{finished.pk}/request_body").status_code == 404


def test_nobody_can_sign_up(client: Client, db: None) -> None:
    client.post(
        "/accounts/signup/",
        {
            "email": "eve@example.org",
            "username": "eve",
            "password1": "long and odd 1",
            "password2": "long and odd 1",
        },
    )
    assert not User.objects.exists()


def test_signing_in_and_out(client: Client, alice: User) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302
