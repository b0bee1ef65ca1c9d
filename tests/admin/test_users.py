"""The list of people: columns, sorting and search, and who may change whom."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations.admin.people import with_activity
from generations.credits import ledger
from generations.models import Caps, Entry, Generation, User
from tests.factories import make_generation, make_user

LIST = "/admin/generations/user/"


def page_of(user: User) -> str:
    return reverse("admin:generations_user_change", args=[user.pk])


@pytest.fixture
def busy(alice: User) -> User:
    """A user with 4 credits spent, 4 in flight and 4 queued."""
    for status in ("finished", "running", "queued"):
        made = make_generation(user=alice, status=status)
        if status == "finished":
            ledger.settle(made)
    return alice


def test_the_list_shows_balances_and_clip_counts(busy: User) -> None:
    row = with_activity(User.objects.all()).get(pk=busy.pk)
    assert (row.balance, row.held, row.spent, row.in_flight) == (88, 8, 4, 1)
    assert row.last_clip == Generation.objects.latest("created_at").created_at


def test_a_new_user_shows_zeros(db: None) -> None:
    make_user("carol")
    row = with_activity(User.objects.all()).get()
    assert (row.balance, row.held, row.spent, row.in_flight, row.last_clip) == (0, 0, 0, 0, None)


def test_old_spending_is_not_counted(alice: User) -> None:
    made = make_generation(user=alice, status="finished")
    ledger.settle(made)
    later = timezone.now() + timedelta(days=31)
    assert with_activity(User.objects.all(), now=later).get(pk=alice.pk).spent == 0


@pytest.mark.parametrize(
    ("column", "first"), [(3, "dora"), (4, "alice"), (5, "alice"), (6, "alice"), (7, "alice")]
)
def test_it_sorts_by_each_number_column(as_staff: Client, busy: User, column: int, first: str) -> None:
    make_user("dora", credits=500)
    page = as_staff.get(f"{LIST}?o=-{column}")
    assert page.context["cl"].result_list[0].username == first


def test_it_finds_users_by_name_and_email(as_staff: Client, alice: User, bob: User) -> None:
    found = as_staff.get(f"{LIST}?q=alice@").context["cl"].result_list
    assert list(found) == [alice]


def test_it_adds_a_user(as_staff: Client) -> None:
    given = {"username": "carol", "email": "c@example.org", "usable_password": "true"}
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    as_staff.post(f"{LIST}add/", {**given, **words})
    assert User.objects.get(username="carol").email == "c@example.org"


def test_it_deactivates_a_user_and_keeps_their_entries(as_staff: Client, alice: User) -> None:
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    as_staff.post(page_of(alice), {"username": "alice", "email": "", **joined})
    alice.refresh_from_db()
    assert not alice.is_active
    assert Entry.objects.filter(account__user=alice).exists()


def test_credits_posted_with_the_form_are_ignored(as_staff: Client, alice: User) -> None:
    as_staff.post(page_of(alice), {"username": "alice", "is_active": "on", "balance": 999, "held": 9})
    assert with_activity(User.objects.all()).get(pk=alice.pk).balance == 100


def test_a_users_page_links_to_entries_and_clips(as_staff: Client, busy: User, bob: User) -> None:
    page = as_staff.get(page_of(busy)).content.decode()
    for model, query in (("entry", "account__exact"), ("generation", "user__exact")):
        url = f"{reverse(f'admin:generations_{model}_changelist')}?{query}={busy.pk}"
        assert f'href="{url}"' in page
        found = as_staff.get(url).context["cl"].queryset
        assert found.count() == found.model.objects.filter(**{query: busy.pk}).count() > 0


def test_a_users_page_links_to_their_limits(as_staff: Client, alice: User) -> None:
    begin = f"{reverse('admin:generations_caps_add')}?user={alice.pk}"
    assert f'href="{begin}"' in as_staff.get(page_of(alice)).content.decode()
    assert as_staff.get(begin).context["adminform"].form.initial["user"] == str(alice.pk)
    caps = Caps.objects.create(user=alice, in_flight=2)
    change = reverse("admin:generations_caps_change", args=[caps.pk])
    assert f'href="{change}"' in as_staff.get(page_of(alice)).content.decode()


@pytest.fixture
def clerk(db: None) -> Client:
    """Staff who may change people and nothing else."""
    user = make_user("clerk", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_user", "change_user", "add_user"])
    )
    client = Client()
    client.force_login(user)
    return client


def test_staff_cannot_make_themselves_superusers(clerk: Client) -> None:
    me = User.objects.get(username="clerk")
    clerk.post(page_of(me), {"username": "clerk", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    me.refresh_from_db()
    assert not me.is_superuser


def test_staff_cannot_take_over_other_staff(clerk: Client, staff: User) -> None:
    assert clerk.post(page_of(staff), {"username": "mine"}).status_code == 403
    assert clerk.get(f"{LIST}{staff.pk}/password/").status_code == 403


def test_staff_can_change_a_user(clerk: Client, alice: User) -> None:
    clerk.post(page_of(alice), {"username": "alice", "first_name": "Alice", "is_active": "on"})
    alice.refresh_from_db()
    assert alice.first_name == "Alice"
