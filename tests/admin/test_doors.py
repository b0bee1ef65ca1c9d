"""Access to the admin, and proof that nothing there can bypass the ledger."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from generations.lifecycle.outages import open_studio
from generations.models import Account, Asset, Entry, Generation, Studio, User
from tests.factories import make_user

LISTS = ["user", "account", "entry", "generation", "asset", "studio"]
READ_ONLY = ["account", "entry", "generation", "asset", "studio"]


def list_of(model: str) -> str:
    return reverse(f"admin:generations_{model}_changelist")


@pytest.fixture
def rows(generation: Generation) -> dict[str, object]:
    """One row of each model that is read-only in the admin."""
    user = generation.user
    asset = Asset.objects.create(user=user, kind="image", name="fox.png", file="x", sha256="0", byte_size=1)
    found = {
        "account": Account.objects.get(user=user),
        "entry": generation.entries.get(),
        "generation": generation,
        "asset": asset,
        "studio": open_studio(),
    }
    return {name: row.pk for name, row in found.items()}


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.usefixtures("rows")
def test_staff_see_every_list(as_staff: Client, model: str) -> None:
    assert as_staff.get(list_of(model)).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_a_user_is_refused(as_alice: Client, model: str) -> None:
    assert as_alice.get(list_of(model), follow=True).status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/generations/entry/"])
@pytest.mark.django_db
def test_an_anonymous_visitor_is_sent_to_the_normal_sign_in(client: Client, path: str) -> None:
    chain = client.get(path, follow=True).redirect_chain
    assert chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.django_db
def test_the_admins_own_login_form_is_disabled(client: Client) -> None:
    make_user("root", is_staff=True, is_superuser=True)
    client.post("/admin/login/", {"username": "root", "password": "correct horse battery"})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("model", READ_ONLY)
def test_staff_can_view_a_row_but_not_save(as_staff: Client, rows: dict[str, object], model: str) -> None:
    page = as_staff.get(reverse(f"admin:generations_{model}_change", args=[rows[model]]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content


@pytest.mark.parametrize("model", READ_ONLY)
def test_read_only_rows_cannot_be_edited(
    as_staff: Client, rows: dict[str, object], model: str
) -> None:  # bar 5, bar 50
    url = reverse(f"admin:generations_{model}_change", args=[rows[model]])
    assert as_staff.post(url, {"amount": 1000, "balance": 1000, "status": "failed"}).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("model", READ_ONLY)
def test_read_only_rows_cannot_be_added(as_staff: Client, model: str, method: str) -> None:  # bar 5
    assert getattr(as_staff, method)(reverse(f"admin:generations_{model}_add")).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("model", READ_ONLY)
def test_read_only_rows_cannot_be_deleted(
    as_staff: Client, rows: dict[str, object], model: str, method: str
) -> None:  # bar 5
    url = reverse(f"admin:generations_{model}_delete", args=[rows[model]])
    assert getattr(as_staff, method)(url, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.usefixtures("rows")
def test_the_delete_action_deletes_nothing(as_staff: Client, model: str) -> None:  # bar 5
    before = [set(each.objects.all()) for each in (User, Entry, Account, Generation, Asset, Studio)]
    every = [1, *Generation.objects.values_list("pk", flat=True), *Entry.objects.values_list("pk", flat=True)]
    as_staff.post(list_of(model), {"action": "delete_selected", "_selected_action": every, "post": "yes"})
    after = [set(each.objects.all()) for each in (User, Entry, Account, Generation, Asset, Studio)]
    assert all(then <= now for then, now in zip(before, after, strict=True))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_user_cannot_be_deleted(as_staff: Client, alice: User, method: str) -> None:  # bar 50
    url = reverse("admin:generations_user_delete", args=[alice.pk])
    assert getattr(as_staff, method)(url, {"post": "yes"}).status_code == 403


def test_schedules_are_not_in_the_admin(as_staff: Client) -> None:
    """A schedule could name any function on this machine."""
    assert as_staff.get("/admin/django_q/schedule/").status_code == 404


def test_the_log_is_read_only(as_staff: Client, staff: User) -> None:
    LogEntry.objects.log_actions(staff.pk, [staff], 2, change_message="Did it")
    assert "Did it" in as_staff.get("/admin/admin/logentry/").content.decode()
    assert as_staff.get("/admin/admin/logentry/add/").status_code == 403


def test_a_prompt_with_markup_is_escaped(as_staff: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(prompt="<script>alert(1)</script>", error="<b>no</b>")
    for url in (list_of("generation"), reverse("admin:generations_generation_change", args=[generation.pk])):
        page = as_staff.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<b>no" not in page
