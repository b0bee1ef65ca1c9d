"""Deleting a person: nothing about them stays, the ledger does, and work in progress ends honestly."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import IntegrityError, models
from django.test import Client

from generations import tasks
from generations.accounts.credit_requests import ask_for_credits, grant_request
from generations.accounts.invitations import accept_invitation, create_invitation
from generations.admin.base import log_action
from generations.credits import audit, ledger
from generations.gallery import collections
from generations.lifecycle import erase
from generations.lifecycle.erase import belongings_of, erase_leftovers, erase_person
from generations.models import (
    Asset,
    AuditEntry,
    Caps,
    Entry,
    Generation,
    Group,
    Invitation,
    Preset,
    User,
)
from generations.texts.messages import CREDITS_GIVEN
from tests.factories import make_generation, make_user
from tests.library.assets import make_character

NAME = "alice"


@pytest.fixture
def life(alice: User, staff: User) -> User:
    """Alice with something of everything."""
    clip = make_generation(user=alice, status="running", prompt=f"{NAME} at home")
    ledger.settle(clip)
    clip.video.save("video.mp4", ContentFile(b"x"), save=False)
    Generation.objects.filter(pk=clip.pk).update(status="finished", video=clip.video.name)
    asset = Asset(user=alice, kind="image", name=f"{NAME}.png", sha256="0", byte_size=1)
    asset.file.save("file.png", ContentFile(b"x"))
    collections.collection_named(alice, "Trip").clips.add(clip)
    make_character(alice, f"Twin of {NAME}", pictures=0, note=f"Like {NAME}")
    Preset.objects.create(user=alice, name="Mine", folded="mine")
    Caps.objects.create(user=alice, daily_credits=100)
    Group.objects.create(name="Students", monthly_credits=5, set_by=staff).members.add(alice)
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    alice.groups.set(Role.objects.filter(name="operator"))
    ask_for_credits(alice, 5, f"For {NAME}")
    grant_request(alice.credit_requests.get(), 5, actor=staff)
    log_action(staff, [alice], CREDITS_GIVEN(credits=5, note="x"))
    return alice


def everything(person: User) -> str:
    """All rows that name a person, as text; without the append-only tables."""
    kept = (AuditEntry, Entry)
    found = []
    for model in [each for each in User._meta.apps.get_models() if each not in kept]:
        texts = [
            field.name
            for field in model._meta.fields
            if isinstance(field, models.CharField | models.TextField)
        ]
        found += [str(row) for row in model._default_manager.values_list(*texts)] if texts else []
    return "\n".join(found)


def test_nothing_names_the_person_any_more(life: User, staff: User) -> None:
    assert everything(life).count(NAME) > 5
    erase_person(life, actor=staff)
    erase_leftovers()
    assert NAME not in everything(life)


def test_their_files_are_gone(life: User, staff: User, settings) -> None:
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 2
    erase_person(life, actor=staff)
    tasks.erase_people()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Asset.objects.count() == 0


def test_the_ledger_stays_and_adds_up(life: User, staff: User) -> None:
    entries = Entry.objects.filter(account=life.pk).count()
    erase_person(life, actor=staff)
    erase_leftovers()
    assert Entry.objects.filter(account=life.pk).count() == entries + 1
    assert ledger.account_for(life).balance == 0
    assert list(audit.faults()) == []


def test_the_kept_row_is_called_by_its_number(life: User, staff: User) -> None:
    erase_person(life, actor=staff)
    assert str(User.objects.get(pk=life.pk)) == f"deleted person {life.pk}"


def test_they_can_not_sign_in_again(life: User, staff: User, as_alice: Client) -> None:
    assert as_alice.get("/gallery/").status_code == 200
    erase_person(life, actor=staff)
    assert as_alice.get("/gallery/").status_code == 302
    assert not Client().login(username=NAME, password="correct horse battery")
    assert not Client().login(username=f"deleted person {life.pk}", password="correct horse battery")
    assert not User.objects.get(pk=life.pk).has_perm("generations.view_operations")


def test_sessions_are_removed(life: User, staff: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": NAME, "password": "correct horse battery"})
    assert Session.objects.count() == 1
    erase_person(life, actor=staff)
    assert Session.objects.count() == 0


def test_a_waiting_clip_is_cancelled(alice: User, staff: User) -> None:
    clip = make_generation(user=alice)
    erase_person(alice, actor=staff)
    erase_leftovers()
    clip.refresh_from_db()
    assert (clip.status, clip.prompt, ledger.account_for(alice).balance) == ("cancelled", "", 0)


@pytest.mark.parametrize("end", [ledger.settle, ledger.release])
def test_a_clip_in_progress_ends_first_and_is_erased_then(alice: User, staff: User, end: object) -> None:
    clip = make_generation(user=alice, status="running", first_sent_at="2026-01-01T00:00Z")
    erase_person(alice, actor=staff)
    erase_leftovers()
    account = ledger.account_for(alice)
    assert (account.balance, account.held) == (0, 4)
    assert callable(end)
    end(clip)
    Generation.objects.filter(pk=clip.pk).update(
        status="finished" if end is ledger.settle else "failed", video="x"
    )
    assert erase_leftovers() == 1
    clip.refresh_from_db()
    account.refresh_from_db()
    assert (clip.prompt, account.balance, account.held) == ("", 0, 0)
    assert list(audit.faults()) == []


def test_a_second_time_changes_nothing(life: User, staff: User) -> None:
    assert erase_person(life, actor=staff) is True
    erase_leftovers()
    entries = Entry.objects.count()
    assert erase_person(User.objects.get(pk=life.pk), actor=staff) is False
    assert erase_leftovers() == 0
    assert Entry.objects.count() == entries


def test_an_invitation_forgets_its_address(staff: User) -> None:
    _, token = create_invitation("eve@example.org", credits=0, caps={}, actor=staff)
    person = accept_invitation(Invitation.objects.get(), username="eve", password="correct horse battery")
    erase_person(person, actor=staff)
    assert (Invitation.objects.get().email, token in everything(person)) == ("", False)


def test_others_keep_theirs(life: User, bob: User, staff: User) -> None:
    clip = make_generation(user=bob, status="finished")
    erase_person(life, actor=staff)
    erase_leftovers()
    clip.refresh_from_db()
    assert (clip.wiped_at, ledger.account_for(bob).balance) == (None, 96)
    assert User.objects.get(pk=bob.pk).email == "bob@example.org"


def test_a_deleted_person_is_not_made_active_again(alice: User, staff: User) -> None:
    erase_person(alice, actor=staff)
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=alice.pk).update(is_active=True)


def test_every_row_about_a_person_is_decided_on() -> None:
    """A new model that points at people is deleted with them (CASCADE), or is one of these, which stay."""
    relations = [
        each for each in User._meta.get_fields(include_hidden=True) if isinstance(each, models.ManyToOneRel)
    ]
    kept = {each.related_model.__name__ for each in relations if each.on_delete is not models.CASCADE}
    assert kept == {
        "Account", "Asset", "AuditEntry", "CreditRequest", "Entry", "Generation", "Group", "Invitation", "User",
    }  # fmt: skip
    assert (LogEntry,) == erase.KEPT


# The pages.


def url(person: User, page: str = "delete") -> str:
    return f"/admin/people/{person.pk}/{page}/"


def test_the_page_counts_what_goes(as_staff: Client, life: User) -> None:
    counted = as_staff.get(url(life)).context["belongings"]
    assert counted == belongings_of(life)
    assert (counted.clips, counted.files, counted.collections, counted.presets) == (1, 1, 1, 1)
    assert counted.characters == 1
    assert counted.credits == 101


@pytest.mark.parametrize("typed", ["", "bob", "Alice "])
def test_a_wrong_name_deletes_nothing(as_staff: Client, alice: User, typed: str) -> None:
    assert as_staff.post(url(alice), {"name": typed}).status_code == 422
    assert User.objects.filter(username=NAME).exists()


def test_the_right_name_deletes_and_is_recorded(as_staff: Client, life: User) -> None:
    assert as_staff.post(url(life), {"name": NAME}).status_code == 302
    assert User.objects.get(pk=life.pk).deleted_at is not None
    line = AuditEntry.objects.get(kind="person-deleted", target=life)
    assert line.params == {"clips": 1, "files": 1, "credits": 101}
    assert as_staff.get(url(life)).status_code == 404


def test_nobody_deletes_themselves(as_staff: Client, staff: User) -> None:
    assert as_staff.post(url(staff), {"name": "staff"}).status_code == 403


@pytest.mark.parametrize("codename", ["change_user", "view_user", "delete_user"])
def test_one_permission_alone_deletes_nobody(alice: User, codename: str) -> None:
    person = make_user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename=codename))
    client = Client()
    client.force_login(person)
    assert client.post(url(alice), {"name": NAME}).status_code == 403
    assert client.get(url(alice, "export")).status_code == 403
