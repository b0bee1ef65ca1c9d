"""Limits and groups in the admin: who set them, and constant query counts."""

import pytest
from django.test import Client
from django.utils import timezone

from generations.models import Caps, Group, Notice, User
from tests.factories import make_user

GROUPS, CAPS = "/admin/generations/group/", "/admin/generations/caps/"
GROUP = {"name": "Students", "monthly_credits": "200", "is_active": "on"}


def test_a_groups_grants_name_whoever_last_saved_the_group(
    as_staff: Client, staff: User, alice: User
) -> None:
    as_staff.post(f"{GROUPS}add/", {**GROUP, "members": [alice.pk]})
    group = Group.objects.get()
    assert (group.set_by, list(group.members.all()), group.carries_over) == (staff, [alice], False)


def test_a_group_grants_at_least_one_credit(as_staff: Client) -> None:
    as_staff.post(f"{GROUPS}add/", {**GROUP, "monthly_credits": "0"})
    assert not Group.objects.exists()


def test_there_is_one_row_of_studio_limits(as_staff: Client) -> None:
    as_staff.post(f"{CAPS}add/", {"daily_credits": "100"})
    response = as_staff.post(f"{CAPS}add/", {"daily_credits": "200"})
    assert response.status_code == 200
    assert [each.daily_credits for each in Caps.objects.all()] == [100]


def test_a_users_limits_keep_their_owner(as_staff: Client, alice: User, bob: User) -> None:
    caps = Caps.objects.create(user=alice, daily_credits=5)
    as_staff.post(f"{CAPS}{caps.pk}/change/", {"user": bob.pk, "daily_credits": "9"})
    caps.refresh_from_db()
    assert (caps.user, caps.daily_credits) == (alice, 9)


@pytest.mark.parametrize("url", [GROUPS, CAPS])
@pytest.mark.parametrize("rows", [10, 40])
def test_the_lists_run_a_constant_number_of_queries(
    as_staff: Client, staff: User, django_assert_max_num_queries, url: str, rows: int
) -> None:
    for _ in range(rows):
        person = make_user()
        Caps.objects.create(user=person, in_flight=1)
        Group.objects.create(name=person.username, monthly_credits=1, set_by=staff).members.add(person)
    with django_assert_max_num_queries(12):
        as_staff.get(url)


def test_cleared_notices_can_be_read(as_staff: Client) -> None:
    Notice.objects.create(kind=Notice.Kind.LEDGER, words="Account of alice", cleared_at=timezone.now())
    assert "Account of alice" in as_staff.get("/admin/generations/notice/").content.decode()
