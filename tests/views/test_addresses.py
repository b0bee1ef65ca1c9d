"""Addresses nobody can use, and far too many of them, at every door of the composer: refused, and cheaply."""

from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from generations.models import Generation
from tests.composer.test_addresses import BAD

HTMX = {"HX-Request": "true"}
UNUSABLE = [address for address, _code in BAD if address]
ROLES = ["start_image", "end_image", "reference_image_urls", "reference_video_urls", "reference_audio_urls"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["/generations/", "/generations/quote/"])
def test_it_is_refused_at_its_field(as_alice: Client, path: str, role: str) -> None:
    for address in UNUSABLE:
        response = as_alice.post(path, {"prompt": "A fox", role: address}, headers=HTMX)
        assert response.status_code == 422
        assert role in response.context["form"].errors, address
    assert not Generation.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_the_page_draws_it_where_it_is_in_the_address_bar(as_alice: Client, role: str) -> None:
    for address in UNUSABLE:
        assert as_alice.get("/", {role: address}).status_code == 200


def test_the_tray_draws_it_and_adds_none(as_alice: Client) -> None:
    for address in UNUSABLE:
        form = {"tray": "add", "address": address, "reference_image_urls": address}
        response = as_alice.post("/generations/tray/", form, headers=HTMX)
        assert response.status_code == 200
        assert response.context["problem"]


MANY = [f"//{number}" for number in range(19_000)]


def _post(client: Client, path: str, form: dict[str, object], **headers: str) -> HttpResponse:
    """As browsers send a form without files, which takes less room than the test client’s multipart."""
    body = urlencode(form, doseq=True)
    return client.post(path, body, content_type="application/x-www-form-urlencoded", headers=headers)  # type: ignore[return-value]


def test_a_tray_of_thousands_is_cut_near_what_the_model_takes(as_alice: Client) -> None:
    form = {"tray": "show", "reference_image_urls": MANY, "start_image": MANY[:100]}
    response = _post(as_alice, "/generations/tray/", form, **HTMX)
    assert [len(response.context["tray"].tiles), response.status_code] == [12, 200]


def test_a_picker_over_thousands_carries_a_few_along(as_alice: Client) -> None:
    response = _post(as_alice, "/generations/tray/", {"tray": "pick", "reference_image_urls": MANY})
    assert len([name for name, _ in response.context["kept"] if name == "reference_image_urls"]) == 12


@pytest.mark.parametrize("path", ["/generations/", "/generations/quote/"])
def test_thousands_are_refused_before_any_is_looked_up(as_alice: Client, path: str) -> None:
    library = [f"library:0190f7a0-0000-7000-8000-{number:012}" for number in range(4_000)]
    response = _post(as_alice, path, {"prompt": "A fox", "reference_image_urls": library}, **HTMX)
    assert response.status_code == 422
    assert response.context["form"].errors.as_data()["reference_image_urls"][0].params["count"] == 4_000
    assert len(response.content) < 20_000
