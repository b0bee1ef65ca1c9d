"""How people join: an invitation link, or sign-up if it is open."""

import re

import pytest
from django.core import mail
from django.test import Client

from generations.accounts.invitations import create_invitation
from generations.credits import ledger
from generations.models import Invitation, User

EMAIL = "eve@example.org"
CHOSEN = {"username": "eve", "password1": "a long and odd one", "password2": "a long and odd one"}
SIGN_UP = {"email": EMAIL, **CHOSEN}


@pytest.fixture
def link(staff: User) -> str:
    _, token = create_invitation(EMAIL, credits=50, caps={}, actor=staff)
    return f"/invitations/{token}/"


def test_the_link_opens_without_signing_in(client: Client, link: str) -> None:
    words = client.get(link).content.decode()
    assert EMAIL in words
    assert "50 credits" in words


def test_accepting_signs_in_with_the_credits(client: Client, link: str) -> None:
    response = client.post(link, CHOSEN)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").context["account"].balance == 50


def test_the_link_works_once(client: Client, link: str) -> None:
    client.post(link, CHOSEN)
    response = Client().post(link, {**CHOSEN, "username": "mallory"})
    assert response.status_code == 404
    assert not User.objects.filter(username="mallory").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_and_an_invented_link_look_the_same(client: Client, link: str, method: str) -> None:
    client.post(link, CHOSEN)
    used, invented = getattr(Client(), method)(link), getattr(Client(), method)("/invitations/x/")
    assert (used.status_code, invented.status_code) == (404, 404)
    assert used.content == invented.content


@pytest.mark.parametrize(
    "fields",
    [{"username": ""}, {"username": "STAFF"}, {"password2": "other"}, {"password1": "1", "password2": "1"}],
)
def test_bad_input_is_422_and_creates_no_user(client: Client, link: str, fields: dict[str, str]) -> None:
    assert client.post(link, {**CHOSEN, **fields}).status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_invitation_accepts_only_get_and_post(client: Client, link: str) -> None:
    assert client.put(link).status_code == 405


def test_nobody_can_make_themselves_staff(client: Client, link: str) -> None:
    client.post(link, {**CHOSEN, "is_staff": "1", "credits": "9999", "email": "other@example.org"})
    eve = User.objects.get(username="eve")
    assert (eve.is_staff, eve.email, ledger.account_for(eve).balance) == (False, EMAIL, 50)


def test_the_page_is_not_cached(client: Client, link: str) -> None:
    assert "no-store" in client.get(link)["Cache-Control"]


def test_an_invited_user_can_sign_in_later(client: Client, link: str, settings) -> None:
    _open(settings)
    client.post(link, CHOSEN)
    later = Client()
    later.post("/accounts/login/", {"login": "eve", "password": CHOSEN["password1"]})
    assert later.get("/").status_code == 200


def _open(settings) -> None:
    settings.SIGNUP_OPEN, settings.SIGNUP_CREDITS = True, 20
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def _confirm(client: Client) -> None:
    [path] = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    assert client.get(path).status_code == 200
    client.post(path)


def test_sign_up_is_closed_by_default(client: Client, db: None) -> None:
    client.post("/accounts/signup/", SIGN_UP)
    assert not User.objects.exists()


def test_if_open_the_sign_in_page_links_to_it(client: Client, db: None, settings) -> None:
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()
    _open(settings)
    assert "/accounts/signup/" in client.get("/accounts/login/").content.decode()


def test_signing_up_waits_for_email_confirmation(client: Client, db: None, settings) -> None:
    _open(settings)
    client.post("/accounts/signup/", SIGN_UP)
    assert client.get("/").status_code == 302
    assert ledger.account_for(User.objects.get()).balance == 0


def test_confirming_grants_the_starting_credits(client: Client, db: None, settings) -> None:
    _open(settings)
    client.post("/accounts/signup/", SIGN_UP)
    _confirm(client)
    client.post("/accounts/login/", {"login": "eve", "password": CHOSEN["password1"]})
    assert client.get("/").context["account"].balance == 20


def test_signing_in_again_grants_no_more(client: Client, db: None, settings) -> None:
    _open(settings)
    client.post("/accounts/signup/", SIGN_UP)
    _confirm(client)
    for _ in range(2):
        later = Client()
        later.post("/accounts/login/", {"login": "eve", "password": CHOSEN["password1"]})
    assert ledger.account_for(User.objects.get()).balance == 20


def test_an_unconfirmed_user_stays_locked_out_after_sign_up_closes(
    client: Client, db: None, settings
) -> None:
    _open(settings)
    client.post("/accounts/signup/", SIGN_UP)
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = False, "none"
    later = Client()
    later.post("/accounts/login/", {"login": "eve", "password": CHOSEN["password1"]})
    assert later.get("/").status_code == 302


def test_a_user_added_by_staff_needs_no_confirmation(client: Client, alice: User, settings) -> None:
    _open(settings)
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})
    assert client.get("/").status_code == 200


def test_an_invited_address_already_in_use_is_refused(client: Client, link: str, settings) -> None:
    _open(settings)
    client.post(link, CHOSEN)
    Client().post("/accounts/signup/", {**SIGN_UP, "username": "eve2"})
    assert Invitation.objects.get().accepted_by == User.objects.get(email=EMAIL)


@pytest.mark.parametrize(
    "url", ["/accounts/signup/", "/accounts/confirm-email/", "/accounts/confirm-email/x/"]
)
def test_the_pages_of_sign_up_work(client: Client, db: None, settings, url: str) -> None:
    _open(settings)
    assert client.get(url).status_code == 200


RULE = "At least 8 characters, not only digits, and hard to guess."


def _password_pages(client: Client, link: str, staff: User, settings) -> list[str]:
    """Every page with a password choice: invitation, sign-up, change and reset."""
    _open(settings)
    found = [client.get(link).content, client.get("/accounts/signup/").content]
    client.post("/accounts/password/reset/", {"email": staff.email})
    [path] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    found.append(client.get(path, follow=True).content)
    client.force_login(staff)
    return [page.decode() for page in (*found, client.get("/accounts/password/change/").content)]


def test_the_password_rules_are_one_sentence(client: Client, staff: User, link: str, settings) -> None:
    pages = _password_pages(client, link, staff, settings)
    assert [page.count(RULE) for page in pages] == [1, 1, 1, 1]
    assert [page for page in pages if "commonly used" in page] == []


@pytest.mark.parametrize(
    ("password", "broken"),
    [("odd1one", "too short"), ("82659173046", "entirely numeric"), ("password", "too common")],
)
def test_a_refused_password_names_the_rule(client: Client, link: str, password: str, broken: str) -> None:
    page = client.post(link, {**CHOSEN, "password1": password, "password2": password}).content.decode()
    assert broken in page


def test_a_used_password_reset_link_says_so(client: Client, db: None) -> None:
    page = client.get("/accounts/password/reset/key/1-abc-def/")
    assert page.context["token_fail"]
    assert 'name="password1"' not in page.content.decode()


def test_changing_the_password_shows_one_message(as_alice: Client) -> None:
    chosen = {
        "oldpassword": "correct horse battery",
        "password1": "another odd one",
        "password2": "another odd one",
    }
    page = as_alice.post("/accounts/password/change/", chosen, follow=True)
    assert [each.level_tag for each in page.context["messages"]] == ["success"]


def test_too_many_requests_are_explained(client: Client, db: None) -> None:
    for _ in range(6):
        answer = client.post("/accounts/password/reset/", {"email": EMAIL})
    assert answer.status_code == 429
    assert answer.context["seconds"] > 0


@pytest.mark.parametrize(
    ("address", "fields"),
    [("/accounts/signup/", SIGN_UP), ("/accounts/password/reset/", {"email": "alice@example.org"})],
)
def test_an_unreachable_mail_server_shows_an_error(
    client: Client, alice: User, settings, address: str, fields: dict[str, str]
) -> None:
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = client.post(address, fields, follow=True)
    assert answer.status_code == 200
    assert [each.level_tag for each in answer.context["messages"]] == ["error"]


def test_an_unused_account_page_redirects(as_alice: Client) -> None:
    assert as_alice.get("/accounts/password/set/")["Location"] == "/accounts/password/reset/"
