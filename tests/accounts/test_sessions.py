"""Sessions end for good with deactivation, and a password set by staff is told."""

from django.core import mail
from django.test import Client

from generations.models import User

CHANGE = "/admin/generations/user/{}/change/"
FORM = {"username": "alice", "date_joined_0": "2026-01-01", "date_joined_1": "12:00", "language": "en"}


def test_reactivating_somebody_revives_no_session(as_alice: Client, as_staff: Client, alice: User) -> None:
    # bar 37
    assert as_staff.post(CHANGE.format(alice.pk), FORM).status_code == 302
    assert not User.objects.get(pk=alice.pk).is_active
    as_staff.post(CHANGE.format(alice.pk), {**FORM, "is_active": "on"})
    assert User.objects.get(pk=alice.pk).is_active
    assert as_alice.get("/").status_code == 302
    as_alice.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})
    assert as_alice.get("/").status_code == 200


def test_deactivating_ends_a_session_at_once(as_alice: Client, alice: User) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert as_alice.get("/").status_code == 302


def test_a_password_set_by_staff_is_told_to_the_person(as_staff: Client, alice: User) -> None:
    chosen = {"password1": "another odd one", "password2": "another odd one", "usable_password": "true"}
    as_staff.post(f"/admin/generations/user/{alice.pk}/password/", chosen)
    [told] = mail.outbox
    assert told.to == ["alice@example.org"]
    assert "another odd one" not in told.body
