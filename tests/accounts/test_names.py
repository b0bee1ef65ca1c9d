"""User names: one way to write each, and none that looks like another person's."""

import unicodedata

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.accounts.invitations import create_invitation
from generations.accounts.names import check_name, person_named
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


@pytest.mark.parametrize("names", [("bob", "Bob"), ("ren\u00e9", "Ren\u00e9"), ("\u0436ora", "\u0416ora")])
def test_the_exact_name_wins_over_its_variant_in_case(db: None, names: tuple[str, str]) -> None:
    people = [
        User.objects.create_user(name, password=f"the password of {number}")
        for number, name in enumerate(names)
    ]
    for number, name in enumerate(names):
        client = Client()
        client.post("/accounts/login/", {"login": name, "password": f"the password of {number}"})
        assert client.session.get("_auth_user_id") == str(people[number].pk)
        other = Client()
        assert other.post("/accounts/login/", {"login": name, "password": f"the password of {1 - number}"})
        assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("names", [("bob", "Bob"), ("ren\u00e9", "Ren\u00e9")])
def test_a_name_that_may_mean_two_people_means_neither(
    client: Client, db: None, names: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer costs as many queries and hashes as one for an unknown name."""
    for name in names:
        make_user(name)
    asked = []
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    for typed in (names[0].upper(), f"{names[0].upper()}X"):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            refused = client.post("/accounts/login/", {"login": typed, "password": "correct horse battery"})
        asked.append((refused.status_code, len(queries), len(hashed)))
    assert "_auth_user_id" not in client.session
    assert asked[0] == asked[1]


def test_endless_names_of_marks_and_letters_are_nobodys(client: Client, db: None) -> None:
    for name in ("a" + "\u0301\u0316" * 200_000, "\u00e9" * 500_000, "\ufdfa" * 300_000):
        assert client.post("/accounts/login/", {"login": name, "password": "x"}).status_code == 200


def test_the_command_line_means_the_exact_name(db: None) -> None:
    for name in ("bob", "Bob"):
        make_user(name)
    assert person_named("Bob") == User.objects.get(username="Bob")
    assert person_named("bob") == User.objects.get(username="bob")
    assert person_named("BOB") is None


def test_signing_in_works_however_the_keyboard_writes_it(client: Client, db: None) -> None:
    make_user("ren\u00e9")
    written = unicodedata.normalize("NFD", "ren\u00e9")
    client.post("/accounts/login/", {"login": written, "password": "correct horse battery"})
    assert client.get("/").status_code == 200
