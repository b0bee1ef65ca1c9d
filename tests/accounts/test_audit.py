"""The audit log: what is in it, that nothing of it changes, and that it ends with its time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group as Role
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from generations.accounts import audit
from generations.models import AuditEntry, Caps, Generation, User
from tests.factories import make_user

LIST = "/admin/generations/auditentry/"
PERSON = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00", "language": "en"}


def lines() -> list[tuple[str, str | None, str | None]]:
    """Kind, who and whom, oldest first."""
    return list(AuditEntry.objects.order_by("id").values_list("kind", "actor__username", "target__username"))


def test_a_sign_in_and_a_failure_are_recorded_with_where_from(client: Client, alice: User) -> None:
    for password in ("wrong", "correct horse battery"):
        posted = {"login": "alice", "password": password}
        client.post("/accounts/login/", posted, REMOTE_ADDR="198.51.100.7")
    assert lines() == [("sign-in-failed", None, None), ("signed-in", "alice", None)]
    failed = AuditEntry.objects.get(kind="sign-in-failed")
    assert (failed.params, failed.address) == ({"name": "alice"}, "198.51.100.7")


def test_credits_are_recorded_once(as_staff: Client, alice: User) -> None:
    token = "5b5a3f86-5a0c-4c5e-9d0c-1a8f0a4f0b11"
    posted = {"people": alice.pk, "amount": 5, "note": "Prize", "confirm": "1", "token": token}
    for _ in range(2):
        as_staff.post("/admin/generations/user/credits/", posted)
    assert lines() == [("credits-changed", "staff", "alice")]
    assert AuditEntry.objects.get().params == {"credits": 5, "note": "Prize"}


def test_what_is_changed_of_a_person_is_recorded_by_its_weight(as_staff: Client, alice: User) -> None:
    url = f"/admin/generations/user/{alice.pk}/change/"
    as_staff.post(url, {**PERSON, "username": "alice", "email": "alice@example.org"})
    role = Role.objects.get(name="operator")
    as_staff.post(
        url,
        {
            **PERSON,
            "username": "alice",
            "email": "alice@example.org",
            "is_active": "on",
            "groups": [role.pk],
        },
    )
    kinds = [kind for kind, _who, _whom in lines()]
    assert {"deactivated", "reactivated", "roles-changed"} <= set(kinds)
    assert {whom for _kind, _who, whom in lines()} == {"alice"}


def test_a_password_set_by_staff_is_recorded_without_it(as_staff: Client, alice: User) -> None:
    chosen = {"password1": "another odd one", "password2": "another odd one", "usable_password": "true"}
    as_staff.post(f"/admin/generations/user/{alice.pk}/password/", chosen)
    assert lines() == [("password-set", "staff", "alice")]
    assert "odd" not in str(AuditEntry.objects.get().params)


def test_limits_are_recorded(as_staff: Client, alice: User) -> None:
    as_staff.post("/admin/generations/caps/add/", {"user": alice.pk})
    caps = Caps.objects.get()
    as_staff.post(f"/admin/generations/caps/{caps.pk}/delete/", {"post": "yes"})
    assert lines() == [("added", "staff", "alice"), ("deleted", "staff", "alice")]


def test_pausing_and_exports_are_recorded(as_staff: Client) -> None:
    as_staff.post("/admin/operations/pause/")
    as_staff.post("/admin/operations/resume/")
    as_staff.get("/credits/entries.csv")
    assert [kind for kind, _who, _whom in lines()] == ["paused", "resumed", "exported"]


@pytest.mark.parametrize("url", ["/generations/{}/", "/admin/generations/generation/{}/change/"])
def test_what_staff_look_at_is_recorded_once_an_hour(
    as_staff: Client, generation: Generation, url: str
) -> None:
    for _ in range(3):
        as_staff.get(url.format(generation.pk))
    assert lines() == [("clip-viewed", "staff", "alice")]


def test_an_owner_looking_is_nobodys_business(as_alice: Client, generation: Generation) -> None:
    as_alice.get(f"/generations/{generation.pk}/")
    assert lines() == []


@pytest.fixture
def line(alice: User) -> AuditEntry:
    return AuditEntry.objects.create(
        kind="joined", actor=alice, keep_until=timezone.now() + timedelta(days=1)
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE generations_auditentry SET kind = 'x' WHERE id = {pk}",
        "UPDATE generations_auditentry SET keep_until = NULL WHERE id = {pk}",
        "DELETE FROM generations_auditentry WHERE id = {pk}",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(line: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(pk=line.pk))
    assert AuditEntry.objects.get() == line


def test_a_line_without_an_end_is_kept_for_ever(alice: User) -> None:
    AuditEntry.objects.create(kind="joined", actor=alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_purging_removes_what_was_kept_long_enough(line: AuditEntry, alice: User) -> None:
    AuditEntry.objects.create(kind="joined", actor=alice, keep_until=timezone.now() - timedelta(seconds=5))
    assert [audit.purge(), audit.purge()] == [1, 0]
    assert AuditEntry.objects.get() == line


@pytest.mark.parametrize(("days", "is_kept_for_ever"), [(30, False), (0, True)])
def test_a_line_is_kept_for_the_days_of_the_setting(
    as_staff: Client, settings, days: int, is_kept_for_ever: bool
) -> None:
    settings.AUDIT_DAYS = days
    as_staff.post("/admin/operations/pause/")
    kept_until = AuditEntry.objects.get().keep_until
    assert (kept_until is None) is is_kept_for_ever
    if kept_until:
        assert timedelta(days=29) < kept_until - timezone.now() <= timedelta(days=30)


def test_administrators_filter_and_export_it(line: AuditEntry) -> None:
    AuditEntry.objects.create(kind="sign-in-failed", params={"name": "=1+1"})
    person = make_user("boss", is_staff=True)
    person.groups.set(Role.objects.filter(name="administrator"))
    client = Client()
    client.force_login(person)
    assert client.get(f"{LIST}?kind__exact=joined&q=alice").status_code == 200
    chosen = {"action": "export", "_selected_action": list(AuditEntry.objects.values_list("pk", flat=True))}
    rows = client.post(LIST, chosen).getvalue().decode().splitlines()
    assert rows[0] == "time,action,who,whom,details,address"
    assert len(rows) == 3
    assert lines()[-1] == ("exported", "boss", None)


@pytest.mark.parametrize("role", ["accountant", "operator"])
def test_other_staff_do_not_read_it(db: None, role: str) -> None:
    person = make_user("clerk", is_staff=True)
    person.groups.set(Role.objects.filter(name=role))
    client = Client()
    client.force_login(person)
    assert client.get(LIST).status_code == 403
