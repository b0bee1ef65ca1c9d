"""Staff invite people by mail, or with a link that is shown once."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.utils import timezone

from generations.accounts.invitations import create_invitation, withdraw_invitation
from generations.models import Invitation, User
from generations.texts import messages
from generations.texts.stored_message import encode

ADD = "/admin/generations/invitation/add/"
LIST = "/admin/generations/invitation/"
FIELDS = {"email": "Eve@Example.org", "credits": "50", "daily_credits": "20"}
NOWHERE = "django.core.mail.backends.console.EmailBackend"


def _run(client: Client, action: str, *invitations: Invitation) -> list[str]:
    """Run an action; return the levels of the messages that the next page shows."""
    chosen = {"action": action, "_selected_action": [each.pk for each in invitations]}
    response = client.post(LIST, chosen, follow=True)
    return [message.level_tag for message in response.context["messages"]]


@pytest.fixture
def invitation(staff: User) -> Invitation:
    return create_invitation("eve@example.org", credits=50, caps={}, actor=staff)[0]


def test_inviting_mails_the_link(as_staff: Client, staff: User) -> None:
    response = as_staff.post(ADD, FIELDS)
    [sent] = mail.outbox
    assert response["Location"] == LIST
    assert (sent.to, "http://testserver/invitations/" in sent.body) == (["eve@example.org"], True)


def test_it_stores_the_promised_credits_and_limits(as_staff: Client, staff: User) -> None:
    as_staff.post(ADD, FIELDS)
    kept = Invitation.objects.get()
    assert (kept.email, kept.credits, kept.daily_credits, kept.invited_by) == (
        "eve@example.org",
        50,
        20,
        staff,
    )


def test_without_mail_it_shows_the_link_to_copy(as_staff: Client, settings) -> None:
    settings.EMAIL_BACKEND = NOWHERE
    response = as_staff.post(ADD, FIELDS)
    link = response.context["link"]
    assert f'<code id="invitation-link">{link}</code>' in response.content.decode()
    assert Client().get(link).status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_the_link_is_not_shown_again(as_staff: Client, settings) -> None:
    settings.EMAIL_BACKEND = NOWHERE
    link = as_staff.post(ADD, FIELDS).context["link"]
    page = as_staff.get(f"{LIST}{Invitation.objects.get().pk}/change/").content.decode()
    assert link.split("/")[-2] not in page
    assert Invitation.objects.get().token_hash not in page


def test_inviting_is_logged(as_staff: Client) -> None:
    as_staff.post(ADD, FIELDS)
    message = messages.INVITED(address=FIELDS["email"].lower(), credits=50)
    assert LogEntry.objects.get().change_message == encode(message)


@pytest.mark.parametrize("fields", [{"email": "eve"}, {"email": ""}, {"credits": "-1"}, {"per_hour": "x"}])
def test_bad_input_is_422(as_staff: Client, fields: dict[str, str]) -> None:
    assert as_staff.post(ADD, {**FIELDS, **fields}).status_code == 422
    assert not Invitation.objects.exists()


def test_an_existing_users_address_is_not_invited(as_staff: Client, alice: User) -> None:
    assert as_staff.post(ADD, {**FIELDS, "email": "ALICE@example.org"}).status_code == 422


def test_an_address_has_one_open_invitation(as_staff: Client) -> None:
    as_staff.post(ADD, FIELDS)
    assert as_staff.post(ADD, FIELDS).status_code == 422


def test_an_address_can_be_invited_again_after_expiry(as_staff: Client) -> None:
    as_staff.post(ADD, FIELDS)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert as_staff.post(ADD, FIELDS).status_code == 302


def test_withdrawing_invalidates_it(as_staff: Client, invitation: Invitation) -> None:
    assert _run(as_staff, "withdraw", invitation) == ["success"]
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"


def test_sending_again_mails_a_new_link(as_staff: Client, invitation: Invitation) -> None:
    before = invitation.token_hash
    _run(as_staff, "send_again", invitation)
    invitation.refresh_from_db()
    assert (len(mail.outbox), invitation.token_hash == before) == (1, False)


def test_a_withdrawn_invitation_is_not_resent(as_staff: Client, invitation: Invitation) -> None:
    withdraw_invitation(invitation)
    assert _run(as_staff, "send_again", invitation) == ["error"]


@pytest.mark.parametrize("state", ["open", "accepted", "withdrawn", "expired"])
def test_the_list_is_filtered_by_state(as_staff: Client, invitation: Invitation, state: str) -> None:
    words = as_staff.get(f"{LIST}?state={state}").content.decode()
    assert ("eve@example.org" in words) is (state == "open")


def test_staff_without_the_permission_cannot_invite(client: Client, db: None) -> None:
    helper = User.objects.create_user("helper", is_staff=True)
    client.force_login(helper)
    assert client.get(ADD).status_code == 403


def test_users_are_refused(as_alice: Client) -> None:
    assert as_alice.get(ADD).status_code == 302


@pytest.mark.parametrize("rows", [10, 40])
def test_the_list_runs_a_constant_number_of_queries(
    as_staff: Client, staff: User, django_assert_max_num_queries, rows: int
) -> None:
    for number in range(rows):
        create_invitation(f"guest{number}@example.org", credits=1, caps={}, actor=staff)
    with django_assert_max_num_queries(14):
        as_staff.get(LIST)
