"""User names: one way to write each, and none that looks like another person's."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from generations.accounts.invitations import create_invitation
from generations.accounts.names import check_name
from generations.models import User
from tests.factories import make_user

CHOSEN = {"password1": "a long and odd one", "password2": "a long and odd one"}
# A dotless i, a Cyrillic а, a full-width a, a Greek omicron, digits, an invisible difference of case.
LOOK_ALIKES = ["adm\u0131n", "\u0430dmin", "\uff41dmin", "ADMIN", "adm1n", "\u0430\u0501\u043cin"]


@pytest.fixture
def admin(db: None) -> User:
    return make_user("admin", is_superuser=True, is_staff=True)


@pytest.fixture
def link(admin: User) -> str:
    _, token = create_invitation("eve@example.org", credits=0, caps={}, actor=admin)
    return f"/invitations/{token}/"


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_name_that_looks_like_anothers_is_refused(client: Client, link: str, settings, name: str) -> None:
    assert client.post(link, {"username": name, **CHOSEN}).status_code == 422
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    client.post("/accounts/signup/", {"username": name, "email": "x@example.org", **CHOSEN})
    assert list(User.objects.values_list("username", flat=True)) == ["admin"]


@pytest.mark.parametrize("name", ["boss@example.org", "admin@example.org"])
def test_the_address_of_another_is_no_name(client: Client, link: str, name: str) -> None:
    assert client.post(link, {"username": name, **CHOSEN}).status_code == 422


def test_ones_own_address_is_a_name(client: Client, link: str) -> None:
    assert client.post(link, {"username": "eve@example.org", **CHOSEN}).status_code == 302


@pytest.mark.parametrize("name", ["ren\u00e9", "мария", "李雷", "o'neil".replace("'", "."), "anna-lena"])
def test_names_in_all_alphabets_are_welcome(admin: User, name: str) -> None:
    assert check_name(name) == name


def test_an_accent_makes_another_name(db: None) -> None:
    make_user("rene")
    assert check_name("ren\u00e9") == "ren\u00e9"
    with pytest.raises(ValidationError):
        check_name("rene")


def test_signing_in_ignores_case_in_every_script(client: Client, db: None) -> None:
    make_user("ren\u00e9")
    client.post("/accounts/login/", {"login": "REN\u00c9", "password": "correct horse battery"})
    assert "_auth_user_id" in client.session


def test_signing_in_works_however_the_keyboard_writes_it(client: Client, db: None) -> None:
    make_user("ren\u00e9")
    written = unicodedata.normalize("NFD", "ren\u00e9")
    client.post("/accounts/login/", {"login": written, "password": "correct horse battery"})
    assert client.get("/").status_code == 200
