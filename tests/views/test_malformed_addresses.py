"""Malformed addresses in parameters, headers and forms are never an error of ours."""

import pytest
from django.test import Client

from generations.models import Generation
from tests.test_access import ROUTES

MALFORMED = ["https://[", "http://[::1", "//[x]/", "http://a:b:c/"]
ACCOUNT_PAGES = [f"/{each}" for each in ROUTES if each.startswith("accounts/") and "<" not in each]


@pytest.mark.parametrize("address", MALFORMED)
@pytest.mark.parametrize("page", [*ACCOUNT_PAGES, "/admin/login/"])
def test_a_malformed_next_is_ignored(as_alice: Client, page: str, address: str) -> None:
    headers = {"HX-Current-URL": address, "Referer": address}
    for client in (as_alice, Client()):
        assert client.get(page, {"next": address}, headers=headers).status_code < 500
        assert client.post(page, {"next": address}, headers=headers).status_code < 500


@pytest.mark.parametrize("address", MALFORMED)
def test_signing_in_with_a_malformed_next_leads_to_the_studio(
    client: Client, alice: object, address: str
) -> None:
    chosen = {"login": "alice", "password": "correct horse battery", "next": address}
    assert client.post("/accounts/login/", chosen)["Location"] == "/"


@pytest.mark.parametrize("address", MALFORMED)
@pytest.mark.parametrize("page", ["/gallery/", "/generations/updates/", "/library/", "/credits/"])
def test_a_malformed_current_url_is_ignored(as_alice: Client, page: str, address: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    assert as_alice.get(page, headers=headers).status_code < 500
    assert Client().get(page, headers=headers)["HX-Redirect"] == "/accounts/login/?next=/"


def test_the_way_back_after_a_favourite_stays_here(as_alice: Client, generation: Generation) -> None:
    referer = {"Referer": "http://testserver//evil.example/"}
    answer = as_alice.post(f"/generations/{generation.pk}/favourite/", {"on": "1"}, headers=referer)
    assert answer["Location"] == "/evil.example/"
