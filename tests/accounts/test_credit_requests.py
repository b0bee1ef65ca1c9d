"""Asking for credits: one open request each, one decision, one grant, told on both sides."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from generations.accounts import credit_requests
from generations.accounts.credit_requests import (
    TooManyCredits,
    ask_for_credits,
    decline_request,
    grant_request,
    mail_requests,
    unseen_answer_for,
)
from generations.credits import ledger
from generations.models import AuditEntry, CreditRequest, Entry, User
from generations.models.credit import MOST_CREDITS
from tests.factories import make_user


@pytest.fixture
def asked(alice: User) -> CreditRequest:
    ask_for_credits(alice, 50, "A trailer for Monday")
    return CreditRequest.objects.get()


def balance(user: User) -> int:
    return ledger.account_for(user).balance


def test_a_person_has_one_open_request(alice: User, asked: CreditRequest) -> None:
    assert ask_for_credits(alice, 70, "More") is False
    assert CreditRequest.objects.get().amount == 50


def test_a_decided_request_makes_room_for_another(alice: User, staff: User, asked: CreditRequest) -> None:
    decline_request(asked, actor=staff)
    assert ask_for_credits(alice, 10, "Less") is True
    assert unseen_answer_for(alice) is None


def test_granting_twice_gives_once(alice: User, staff: User, asked: CreditRequest) -> None:
    assert [grant_request(asked, 50, actor=staff) for _ in range(2)] == [True, False]
    assert balance(alice) == 150


def test_a_granted_request_can_not_be_declined(alice: User, staff: User, asked: CreditRequest) -> None:
    grant_request(asked, 20, actor=staff)
    assert decline_request(asked, actor=staff) is False
    asked.refresh_from_db()
    assert (asked.status, asked.granted) == ("granted", 20)


def test_the_ledger_names_the_request(alice: User, staff: User, asked: CreditRequest) -> None:
    grant_request(asked, 50, actor=staff)
    entry = Entry.objects.get(account=alice.pk, key=f"grant:request:{asked.pk}")
    assert (entry.amount, entry.actor, str(asked.pk) in entry.words) == (50, staff, True)


def test_too_many_credits_leave_it_open(alice: User, staff: User, asked: CreditRequest) -> None:
    with pytest.raises(TooManyCredits):
        grant_request(asked, MOST_CREDITS, actor=staff)
    asked.refresh_from_db()
    assert (asked.is_open, balance(alice)) == (True, 100)


def test_who_may_not_give_credits_decides_nothing(asked: CreditRequest) -> None:
    clerk = make_user(is_staff=True)
    for decide in (decline_request, lambda *args, **options: grant_request(*args, 50, **options)):
        with pytest.raises(PermissionDenied):
            decide(asked, actor=clerk)


def test_staff_who_may_give_credits_are_mailed_once(staff: User, asked: CreditRequest, settings) -> None:
    make_user("clerk", is_staff=True)
    assert [mail_requests() for _ in range(2)] == [1, 0]
    assert [message.to for message in mail.outbox] == [[staff.email]]


def test_the_answer_is_mailed_once(alice: User, staff: User, asked: CreditRequest) -> None:
    mail_requests()
    mail.outbox.clear()
    grant_request(asked, 50, actor=staff, answer="Have fun")
    assert [mail_requests() for _ in range(2)] == [1, 0]
    assert (mail.outbox[0].to, "Have fun" in mail.outbox[0].body) == ([alice.email], True)


def test_a_refused_mail_is_tried_again(
    staff: User, asked: CreditRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit_requests.mail, "send", lambda *args, **options: False)
    assert mail_requests() == 0
    assert CreditRequest.objects.get().staff_mailed_at is None


# The pages.


def post(client: Client, asked: CreditRequest, **fields: object) -> int:
    posted = {f"{asked.pk}-{name}" if name in ("amount", "answer") else name: v for name, v in fields.items()}
    return client.post(f"/admin/credit-requests/{asked.pk}/", posted).status_code


def test_asking_from_the_page(as_alice: Client, alice: User) -> None:
    assert as_alice.post("/credits/request/", {"amount": "50", "reason": "x"}).status_code == 302
    assert alice.credit_requests.get().amount == 50
    assert AuditEntry.objects.filter(kind="credits-requested", actor=alice).exists()
    assert 'data-request="open"' in as_alice.get("/credits/request/").content.decode()


@pytest.mark.parametrize("fields", [{"amount": "0", "reason": "x"}, {"amount": "5", "reason": " "}, {}])
def test_a_bad_question_is_refused_at_its_field(as_alice: Client, fields: dict[str, str]) -> None:
    assert as_alice.post("/credits/request/", fields).status_code == 422
    assert not CreditRequest.objects.exists()


def test_the_panel_grants_in_one_press(as_staff: Client, alice: User, asked: CreditRequest) -> None:
    assert 'data-request="' in as_staff.get("/admin/credit-requests/").content.decode()
    assert [post(as_staff, asked, amount=50, answer="", grant="1") for _ in range(2)] == [302, 302]
    assert balance(alice) == 150
    assert AuditEntry.objects.filter(kind="credits-changed", target=alice).count() == 1


def test_the_panel_declines(as_staff: Client, alice: User, asked: CreditRequest) -> None:
    assert post(as_staff, asked, amount="", answer="Next month", decline="1") == 302
    assert CreditRequest.objects.get().answer == "Next month"
    assert AuditEntry.objects.filter(kind="request-declined", target=alice).count() == 1


def test_a_bad_amount_is_refused_at_its_card(as_staff: Client, asked: CreditRequest) -> None:
    assert post(as_staff, asked, amount="-5", answer="", grant="1") == 422
    assert CreditRequest.objects.get().is_open


def test_the_answer_is_shown_until_it_is_closed(as_alice: Client, staff: User, asked: CreditRequest) -> None:
    grant_request(asked, 50, actor=staff)
    assert 'data-banner="credit-answer"' in as_alice.get("/gallery/").content.decode()
    as_alice.post("/credits/request/close/")
    assert 'data-banner="credit-answer"' not in as_alice.get("/gallery/").content.decode()


def test_who_gives_credits_sees_open_requests_in_the_product(as_staff: Client, asked: CreditRequest) -> None:
    assert 'data-banner="credit-requests"' in as_staff.get("/gallery/").content.decode()


def test_others_see_no_requests(as_bob: Client, asked: CreditRequest) -> None:
    assert 'data-banner="credit-requests"' not in as_bob.get("/gallery/").content.decode()
