"""Giving and taking credits: preview, confirmation, applied once, logged."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from generations.admin import give_credits
from generations.admin.give_credits import Decision, carry_out
from generations.models import Account, Entry, User
from generations.texts import messages
from generations.texts.stored_message import encode
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/generations/user/"
URL = "/admin/generations/user/credits/"


def ask(client: Client, *people: User, **given: Any) -> HttpResponse:
    ids = ",".join(str(person.pk) for person in people)
    return client.post(URL, {"people": ids, "amount": 50, "note": "Thanks", **given})


def confirm(client: Client, preview: HttpResponse) -> HttpResponse:
    """Confirm the change shown in a preview."""
    page = preview.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(people|token|amount|note)" value="([^"]*)"', page))
    return client.post(URL, {**hidden, "confirm": "yes"})


def balance_of(user: User) -> int:
    return Account.objects.get(user=user).balance


def test_the_user_list_offers_it_for_selected_users(as_staff: Client, alice: User, bob: User) -> None:
    chosen = {"action": "change_credits", "_selected_action": [alice.pk, bob.pk]}
    page = as_staff.post(LIST, chosen).content.decode()
    assert f'value="{alice.pk},{bob.pk}"' in page
    assert "2 people" in page
    assert f'<form method="post" action="{URL}"' in page


def test_a_users_page_offers_it(as_staff: Client, alice: User) -> None:
    page = as_staff.get(reverse("admin:generations_user_change", args=[alice.pk])).content.decode()
    assert f'href="{URL}?people={alice.pk}"' in page
    assert as_staff.get(f"{URL}?people={alice.pk}").status_code == 200


def test_the_preview_shows_both_balances_and_changes_nothing(as_staff: Client, alice: User) -> None:
    page = ask(as_staff, alice).content.decode()
    assert re.search(r"<td>100</td>\s*<td>\s*<strong>150</strong>", page)
    assert balance_of(alice) == 100


def test_it_gives_credits_when_confirmed(as_staff: Client, staff: User, alice: User, bob: User) -> None:
    response = confirm(as_staff, ask(as_staff, alice, bob))
    assert response.headers["Location"] == LIST
    assert [balance_of(alice), balance_of(bob)] == [150, 150]
    entry = Entry.objects.filter(account__user=bob).latest("id")
    assert (entry.kind, entry.amount, entry.actor, entry.note) == ("grant", 50, staff, "Thanks")


def test_it_takes_credits_when_confirmed(as_staff: Client, alice: User) -> None:
    confirm(as_staff, ask(as_staff, alice, amount=-30))
    assert balance_of(alice) == 70
    assert Entry.objects.latest("id").kind == "adjust"


def test_confirming_twice_applies_it_once(as_staff: Client, alice: User) -> None:  # bar 50
    preview = ask(as_staff, alice)
    confirm(as_staff, preview)
    page = as_staff.get(confirm(as_staff, preview).headers["Location"])
    assert balance_of(alice) == 150
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    assert LogEntry.objects.count() == 1


def test_taking_the_last_credits_twice_is_no_error(as_staff: Client, alice: User) -> None:
    preview = ask(as_staff, alice, amount=-100)
    assert [confirm(as_staff, preview).status_code for _ in range(2)] == [302, 302]
    assert balance_of(alice) == 0


def test_a_new_preview_gives_again(as_staff: Client, alice: User) -> None:
    for _ in range(2):
        confirm(as_staff, ask(as_staff, alice))
    assert balance_of(alice) == 200


def test_it_is_logged(as_staff: Client, staff: User, alice: User) -> None:
    confirm(as_staff, ask(as_staff, alice))
    logged = LogEntry.objects.get()
    assert (logged.user, logged.object_id, logged.change_message) == (
        staff,
        str(alice.pk),
        encode(messages.CREDITS_GIVEN(credits=50, note="Thanks")),
    )


def test_it_can_be_changed_after_the_preview(as_staff: Client, alice: User) -> None:
    page = ask(as_staff, alice, edit="Change").content.decode()
    assert 'value="50"' in page
    assert "Preview changes" in page


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"amount": 0}, "zero"),
        ({"amount": "many"}, "invalid"),
        ({"amount": 1.5}, "invalid"),
        ({"amount": 10**9}, "max_value"),
        ({"note": ""}, "required"),
        ({"note": "x" * 201}, "max_length"),
        ({"people": ""}, "required"),
        ({"people": "x,,99999,-1,²,99999999999999999999"}, "nobody"),
    ],
    ids=str,
)
def test_bad_input_shows_an_error_and_changes_nothing(
    as_staff: Client, alice: User, given, error: str
) -> None:
    response = ask(as_staff, alice, confirm="yes", **given)
    assert response.status_code == 422
    [field] = given
    assert response.context["form"].has_error(field, error)
    assert balance_of(alice) == 100


def test_it_takes_from_nobody_if_one_user_has_too_few(as_staff: Client, alice: User) -> None:
    poor = make_user("carol", credits=3)
    response = ask(as_staff, alice, poor, amount=-30, confirm="yes")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["amount"]
    assert [balance_of(alice), balance_of(poor)] == [100, 3]


def test_it_takes_from_nobody_if_one_user_spends_meanwhile(
    as_staff: Client, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page checks balances before the transaction, the ledger again inside it."""

    def spend_then_carry_out(decision: Decision, *, actor: User) -> bool:
        make_generation(user=bob)
        return carry_out(decision, actor=actor)

    preview = ask(as_staff, alice, bob, amount=-100)
    monkeypatch.setattr(give_credits, "carry_out", spend_then_carry_out)
    response = confirm(as_staff, preview)
    assert response.status_code == 422
    assert "has only 96" in response.content.decode()
    assert [balance_of(alice), balance_of(bob)] == [100, 96]
    assert not LogEntry.objects.exists()


def test_it_refuses_501_people(as_staff: Client) -> None:
    people = User.objects.bulk_create(User(username=f"p{number}") for number in range(501))
    response = ask(as_staff, *people)
    assert response.status_code == 422
    assert "at most 500 people" in response.content.decode()


@pytest.mark.slow
def test_it_accepts_500_people(as_staff: Client) -> None:
    people = User.objects.bulk_create(User(username=f"p{number}") for number in range(500))
    confirm(as_staff, ask(as_staff, *people))
    assert Account.objects.filter(balance=50).count() == 500


def test_staff_without_the_permission_are_refused(alice: User, client: Client) -> None:
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(clerk)
    assert ask(client, alice, confirm="yes").status_code == 403
    assert "Give or take" not in client.get(LIST).content.decode()
    assert balance_of(alice) == 100


def test_staff_with_the_permission_may_give_credits(alice: User, client: Client) -> None:
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "add_entry"]))
    client.force_login(clerk)
    confirm(client, ask(client, alice))
    assert balance_of(alice) == 150


def test_a_user_is_refused(as_alice: Client, alice: User) -> None:
    assert as_alice.get(URL, follow=True).status_code == 403
    ask(as_alice, alice, confirm="yes")
    assert balance_of(alice) == 100


def test_an_anonymous_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(URL).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(as_staff: Client, method: str) -> None:
    assert getattr(as_staff, method)(URL).status_code == 405


def test_a_note_is_escaped(as_staff: Client, alice: User) -> None:
    assert "<script>x" not in ask(as_staff, alice, note="<script>x</script>").content.decode()
