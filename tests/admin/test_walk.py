"""The whole panel with one permission at a time, and with each of the three roles."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from generations.accounts import roles
from generations.accounts.credit_requests import ask_for_credits
from generations.credits import ledger
from generations.lifecycle.outages import open_studio
from generations.models import (
    Asset,
    AuditEntry,
    Caps,
    Entry,
    Generation,
    Group,
    Invitation,
    Notice,
    Preset,
    Studio,
    User,
)
from tests.factories import make_user

pytestmark = pytest.mark.slow

# What may be written in the panel at all: the rest only reads there.
WRITTEN = {
    "user": "add change",
    "group": "add change delete",
    "caps": "add change delete",
    "preset": "add change delete",
    "invitation": "add",
}
# Our own pages, and the one permission that opens each.
OWN_PAGES = {
    "operations": "view_operations",
    "configuration": "view_operations",
    "people": "view_user",
    "credit-requests": "add_entry",
    "spending": "view_entry",
}
NEIGHBOURS = ["change_user", "delete_user", "change_caps", "change_studio", "view_account", "view_generation"]


@pytest.fixture
def rows(generation: Generation, staff: User) -> dict[str, object]:
    """One row of each model of the panel."""
    user = generation.user
    made = [
        user,
        user.account,
        Entry.objects.filter(generation=generation).get(),
        generation,
        open_studio(),
        Asset.objects.create(user=user, kind="image", name="fox.png", file="x", sha256="0", byte_size=1),
        Caps.objects.create(user=user),
        Group.objects.create(name="Students", monthly_credits=5, set_by=staff),
        Invitation.objects.create(email="eve@example.org", token_hash="0", invited_by=staff),
        Notice.objects.create(kind=Notice.Kind.choices[0][0], words="Disk"),
        Preset.objects.create(name="Wide", folded="wide"),
        AuditEntry.objects.create(kind="joined", actor=user),
    ]
    return {row._meta.model_name or "": row.pk for row in made}


def pages(rows: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """The address of each list and form of ours, with the model and what is done there."""
    for model in [each for each in admin.site._registry if each._meta.app_label == "generations"]:
        name = model._meta.model_name or ""
        prefix, pk = f"admin:generations_{name}", rows.get(name, 1)
        yield reverse(f"{prefix}_changelist"), name, "view"
        yield reverse(f"{prefix}_add"), name, "add"
        yield reverse(f"{prefix}_change", args=[pk]), name, "view"
        yield reverse(f"{prefix}_history", args=[pk]), name, "view"
        yield reverse(f"{prefix}_delete", args=[pk]), name, "delete"
    yield reverse("admin:auth_user_password_change", args=[rows["user"]]), "user", "change"


def staff_with(*permissions: Permission, role: str = "") -> Client:
    person = make_user(is_staff=True)
    person.user_permissions.set(permissions)
    person.groups.set(Role.objects.filter(name=role))
    client = Client()
    client.force_login(person)
    return client


def opens(done: str, model: str, permissions: set[str]) -> bool:
    """Whether these permissions open the page where this is done."""
    if done == "view":
        return bool({f"view_{model}", f"change_{model}"} & permissions)
    is_granting = model == "group" and done in ("add", "change")
    return (
        done in WRITTEN.get(model, "").split()
        and f"{done}_{model}" in permissions
        and not (is_granting and "add_entry" not in permissions)
        and not (model == "user" and done == "add" and "change_user" not in permissions)
    )


def walk(client: Client, rows: dict[str, object], permissions: set[str], *, closely: str = "") -> list[str]:
    """The pages that open and should not, or the other way round; of models not named in ``closely`` the list."""
    return [
        f"{url}: {status}"
        for url, model, done in pages(rows)
        if not closely or model in closely or url.endswith(f"/{model}/")
        if ((status := client.get(url).status_code) == 200) != opens(done, model, permissions)
    ]


def state() -> dict[str, object]:
    """What no single permission over something else may move."""
    return {
        "credits": Entry.objects.aggregate(sum=Sum("amount"))["sum"],
        "powers": set(User.objects.exclude(username__startswith="user").values_list("pk", "is_superuser")),
        "deleted": User.objects.filter(deleted_at__isnull=False).count(),
        "paused": Studio.objects.filter(paused_at__isnull=False).exists(),
    }


def _ours() -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label="generations").order_by("codename"))


def test_one_permission_opens_its_own_pages_alone(rows: dict[str, object]) -> None:
    for permission in _ours():
        assert walk(staff_with(permission), rows, {permission.codename}, closely=permission.codename) == []


@pytest.mark.parametrize("codename", sorted({*OWN_PAGES.values(), *NEIGHBOURS}))
def test_one_permission_opens_its_own_page_alone(db: None, codename: str) -> None:
    client = staff_with(Permission.objects.get(codename=codename))
    opened = {page for page in OWN_PAGES if client.get(f"/admin/{page}/").status_code == 200}
    assert opened == {page for page, needed in OWN_PAGES.items() if needed == codename}


def test_one_permission_presses_nothing_else(rows: dict[str, object], alice: User) -> None:
    ask_for_credits(alice, 5, "x")
    asked = alice.credit_requests.get().pk
    before = state()
    presses = {
        "/admin/operations/pause/": {},
        "/admin/generations/user/credits/": {
            "people": alice.pk, "amount": 5, "note": "x", "confirm": "1", "token": "",
        },
        "/admin/generations/generation/release/": {"clips": rows["generation"], "note": "x", "confirm": "1"},
        f"/admin/generations/user/{alice.pk}/change/": {"username": "alice", "is_superuser": "on"},
        f"/admin/credit-requests/{asked}/": {f"{asked}-amount": 5, "grant": "1"},
        f"/admin/people/{alice.pk}/delete/": {"name": "alice"},
    }  # fmt: skip
    for permission in [each for each in _ours() if each.codename not in ("add_entry", "change_studio")]:
        client = staff_with(permission)
        for url, posted in presses.items():
            client.post(url, posted)
        assert state() == before, permission.codename


@pytest.mark.parametrize("codename", ["view_operations", "change_studio", "view_notice", "change_preset"])
def test_operations_open_by_their_own_permission(db: None, codename: str) -> None:
    status = staff_with(Permission.objects.get(codename=codename)).get("/admin/operations/").status_code
    assert status == (200 if codename == "view_operations" else 403)


@pytest.mark.parametrize("role", roles.NAMES)
def test_a_role_opens_its_pages_alone(rows: dict[str, object], role: str) -> None:
    permissions = set(Role.objects.get(name=role).permissions.values_list("codename", flat=True))
    assert walk(staff_with(role=role), rows, permissions) == []


@pytest.mark.parametrize(
    ("role", "clip", "give", "operations", "people"),
    [
        ("accountant", 404, 200, 403, 200),
        ("operator", 200, 403, 200, 403),
        ("administrator", 200, 200, 200, 200),
        ("", 404, 403, 403, 403),
    ],
)
def test_what_a_role_is_for(
    generation: Generation, role: str, clip: int, give: int, operations: int, people: int
) -> None:
    client = staff_with(role=role)
    found = {
        f"/generations/{generation.pk}/": clip,
        "/admin/generations/user/credits/": give,
        "/admin/operations/": operations,
        "/admin/generations/user/": people,
    }
    assert {url: client.get(url).status_code for url in found} == found


@pytest.mark.parametrize("role", roles.NAMES)
def test_no_role_makes_anybody_powerful(role: str, alice: User, generation: Generation) -> None:
    client = staff_with(role=role)
    posted = {"username": "alice", "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    operator = Role.objects.get(name="operator")
    client.post(f"/admin/generations/user/{alice.pk}/change/", {**posted, "groups": operator.pk})
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_staff, alice.groups.count()) == (False, False, 0)


def test_an_accountant_sees_no_prompt(generation: Generation) -> None:
    client = staff_with(role="accountant")
    entry = Entry.objects.get(generation=generation)
    for url in ("/admin/generations/entry/", f"/admin/generations/entry/{entry.pk}/change/"):
        page = client.get(url).content.decode()
        assert str(generation.pk)[:8] in page
        assert generation.prompt not in page
        assert f"/generation/{generation.pk}/" not in page


def test_a_superuser_gives_a_role_and_with_it_the_way_in(as_staff: Client, alice: User) -> None:
    role = Role.objects.get(name="operator")
    posted = {"username": "alice", "is_active": "on", "groups": [role.pk], "date_joined_0": "2026-01-01"}
    as_staff.post(
        f"/admin/generations/user/{alice.pk}/change/", {**posted, "date_joined_1": "12:00", "language": "en"}
    )
    alice.refresh_from_db()
    assert (alice.is_staff, alice.has_perm("generations.view_operations")) == (True, True)


def test_permissions_count_for_staff_alone(alice: User, generation: Generation, as_bob: Client) -> None:
    User.objects.get(username="bob").user_permissions.set(_ours())
    assert as_bob.get(f"/generations/{generation.pk}/").status_code == 404
    assert ledger.account_for(alice).held == 4


def test_migrating_again_restores_a_role(db: None) -> None:
    operator = Role.objects.get(name="operator")
    operator.permissions.add(Permission.objects.get(codename="add_entry"))
    roles.make_roles("default")
    assert "add_entry" not in operator.permissions.values_list("codename", flat=True)
