"""User preferences; page language is the chosen one, else the browser's."""

import pytest
from django.core import mail
from django.test import Client

from generations.models import User

GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}


def test_the_page_works(as_alice: Client) -> None:
    assert as_alice.get("/preferences/").status_code == 200


def test_the_menu_links_to_it(as_alice: Client) -> None:
    assert b'href="/preferences/"' in as_alice.get("/credits/").content


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/preferences/")["Location"].startswith("/accounts/login/")


def test_other_methods_change_nothing(as_alice: Client) -> None:
    assert as_alice.delete("/preferences/").status_code == 405


def test_a_choice_is_saved_and_confirmed(as_alice: Client, alice: User) -> None:
    response = as_alice.post("/preferences/", {"language": "de"}, follow=True)
    alice.refresh_from_db()
    assert alice.language == "de"
    assert len(list(response.context["messages"])) == 1


@pytest.mark.parametrize("nonsense", ["xx", "de; DROP TABLE"])
def test_an_invalid_choice_is_refused(as_alice: Client, alice: User, nonsense: str) -> None:
    assert as_alice.post("/preferences/", {"language": nonsense}).status_code == 422
    alice.refresh_from_db()
    assert alice.language == ""


def test_without_a_choice_the_browsers_language_is_used(as_alice: Client) -> None:
    response = as_alice.get("/preferences/", headers=GERMAN)
    assert b'<html lang="de"' in response.content
    assert response["Content-Language"] == "de"


def test_a_choice_overrides_the_browser(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    assert b'<html lang="zh-hans"' in as_alice.get("/preferences/", headers=GERMAN).content


def test_signed_out_visitors_get_the_browsers_language(client: Client, db: None) -> None:
    response = client.get("/accounts/login/", headers=GERMAN)
    assert b'<html lang="de"' in response.content
    assert "Accept-Language" in response["Vary"]


def test_an_unsupported_language_falls_back_to_english(client: Client, db: None) -> None:
    response = client.get("/accounts/login/", headers={"Accept-Language": "fr"})
    assert b'<html lang="en"' in response.content


def test_a_mail_is_in_the_recipients_language(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    User.objects.filter(pk=alice.pk).update(language="de")
    client.post("/accounts/password/reset/", {"email": alice.email})
    english, german = (each.body for each in mail.outbox)
    assert "Passwort" not in english
    assert "Passwort" in german


def test_a_too_large_request_gets_an_error_in_its_language(client: Client, db: None) -> None:
    headers = {**GERMAN, "Content-Length": str(10**9)}
    response = client.post("/", b"", content_type="text/plain", headers=headers)
    assert response.status_code == 413
    assert b'<html lang="de"' in response.content
