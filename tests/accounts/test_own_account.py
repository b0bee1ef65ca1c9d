"""A person's own password, email and sessions: what changes, who is informed, and what is recorded."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from generations.accounts.invitations import create_invitation
from generations.accounts.sessions import browser_name
from generations.models import AuditEntry, User

Kind = AuditEntry.Kind
PASSWORD = "correct horse battery"
NEW = "another odd one"


def signed_in() -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return client


def last_kind() -> str:
    return AuditEntry.objects.latest("id").kind


def link_in(body: str) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", body)[1]  # type: ignore[index]


def test_a_new_password_is_recorded_and_mailed_and_ends_other_sessions(alice: User) -> None:
    # bar 37
    client, other = signed_in(), signed_in()
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert last_kind() == Kind.PASSWORD_CHANGED
    [sent] = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert NEW not in sent.body


def test_signing_out_is_recorded(alice: User) -> None:
    signed_in().post("/accounts/logout/")
    assert last_kind() == Kind.SIGNED_OUT
    assert AuditEntry.objects.latest("id").actor == alice


def test_signing_out_of_the_panel_is_recorded(as_staff: Client) -> None:
    as_staff.post("/admin/logout/")
    assert last_kind() == Kind.SIGNED_OUT


def test_one_of_two_browsers_is_signed_out(alice: User) -> None:
    client, other = signed_in(), signed_in()
    lost = UserSession.objects.get(session_key=other.session.session_key)
    client.post(f"/accounts/sessions/{lost.pk}/end/")
    assert other.get("/").status_code == 302
    assert client.get("/").status_code == 200
    assert last_kind() == Kind.SESSIONS_ENDED


def test_all_other_browsers_are_signed_out(alice: User) -> None:
    client, *others = signed_in(), signed_in(), signed_in()
    assert len(client.get("/accounts/sessions/").context["sessions"]) == 3
    client.post("/accounts/sessions/")
    assert [other.get("/").status_code for other in others] == [302, 302]
    assert client.get("/").status_code == 200


def test_the_session_of_another_does_not_exist(alice: User, as_bob: Client) -> None:
    signed_in()
    assert as_bob.post(f"/accounts/sessions/{UserSession.objects.get().pk}/end/").status_code == 404
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0", "Firefox, Linux"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_a_browser_has_a_name(header: str, name: str) -> None:
    assert browser_name(header) == name


def change_email(client: Client) -> str:
    """Ask for another email; return the link that was mailed to it."""
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    [sent] = mail.outbox
    assert sent.to == ["new@example.org"]
    return link_in(sent.body)


def test_an_email_changes_when_its_link_is_opened_and_confirmed(alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    client = signed_in()
    link = change_email(client)
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    client.post(link)
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert mail.outbox[1].to == ["alice@example.org"]
    entry = AuditEntry.objects.get(kind=Kind.EMAIL_CHANGED)
    assert (entry.actor, entry.params) == (alice, {"email": "new@example.org"})


def test_changing_the_email_asks_for_the_password_of_an_old_session(as_alice: Client) -> None:
    answer = as_alice.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert mail.outbox == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_scanner_confirms_no_email(alice: User, method: str) -> None:
    link = change_email(signed_in())
    for _ in range(2):
        assert getattr(Client(), method)(link, follow=True).status_code == 200
    assert not EmailAddress.objects.filter(email="new@example.org", verified=True).exists()
    Client().post(link)
    assert EmailAddress.objects.filter(email="new@example.org", verified=True).exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_scanner_uses_up_no_password_reset(alice: User, client: Client, method: str) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = link_in(mail.outbox[0].body)
    for _ in range(2):
        assert getattr(Client(), method)(link, follow=True).status_code == 200
    form = client.get(link)["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert last_kind() == Kind.PASSWORD_CHANGED


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_scanner_accepts_no_invitation(staff: User, client: Client, method: str) -> None:
    invitation, token = create_invitation("eve@example.org", credits=0, caps={}, actor=staff)
    for _ in range(2):
        assert getattr(Client(), method)(f"/invitations/{token}/").status_code == 200
    client.post(f"/invitations/{token}/", {"username": "eve", "password1": NEW, "password2": NEW})
    invitation.refresh_from_db()
    assert invitation.accepted_by.username == "eve"
    assert client.get("/").status_code == 200
    assert UserSession.objects.get().user == invitation.accepted_by


def test_an_address_that_staff_replaced_resets_no_password(as_staff: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    form = {"username": "alice", "email": "new@example.org", "language": "en", "is_active": "on"}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    assert as_staff.post(f"/admin/generations/user/{alice.pk}/change/", form).status_code == 302
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "alice@example.org"})
    Client().post("/accounts/password/reset/", {"email": "new@example.org"})
    assert ["/password/reset/key/" in sent.body for sent in mail.outbox] == [False, True]


def test_an_account_without_a_row_for_its_address_is_informed_of_a_change(alice: User) -> None:
    signed = signed_in()
    signed.post(change_email(signed))
    assert mail.outbox[1].to == ["alice@example.org"]


def test_the_address_of_another_cannot_be_taken(alice: User, bob: User) -> None:
    client = signed_in()
    client.post("/accounts/email/", {"email": "BOB@example.org", "action_add": ""})
    client.post(link_in(mail.outbox[0].body))
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    assert not EmailAddress.objects.filter(email="bob@example.org", verified=True).exists()
