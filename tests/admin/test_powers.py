"""No permission in the panel leads to more power than it names."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client

from generations.accounts.invitations import create_invitation, open_invitation
from generations.models import Group, Invitation, User
from tests.factories import make_user

OURS = {"generations", "admin"}


def staff_with(*codenames: str) -> Client:
    person = make_user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(person)
    return client


def test_packages_bring_no_model_to_the_panel() -> None:
    assert {model._meta.app_label for model in admin.site._registry} <= OURS


@pytest.mark.parametrize("path", ["account/emailaddress", "django_q/ormq", "django_q/failure", "auth/group"])
@pytest.mark.django_db
def test_rows_of_packages_have_no_form(as_staff: Client, path: str) -> None:
    assert as_staff.get(f"/admin/{path}/add/").status_code == 404


@pytest.mark.parametrize("powers", [{"is_staff": True}, {"is_superuser": True}])
@pytest.mark.django_db
def test_the_right_to_change_people_stops_at_those_with_powers(powers: dict[str, bool]) -> None:
    target = make_user("root", **powers)
    client = staff_with("change_user", "view_user")
    client.post(
        f"/admin/generations/user/{target.pk}/change/", {"username": "root", "email": "eve@example.org"}
    )
    client.post(
        f"/admin/generations/user/{target.pk}/password/",
        {"password1": "evil horse 1", "password2": "evil horse 1"},
    )
    target.refresh_from_db()
    assert target.email == "root@example.org"
    assert target.check_password("correct horse battery")


@pytest.mark.django_db
def test_the_right_to_change_people_stops_at_those_with_permissions() -> None:
    target = make_user("clerk")
    target.user_permissions.add(Permission.objects.get(codename="add_entry"))
    staff_with("change_user", "view_user").post(
        f"/admin/generations/user/{target.pk}/change/", {"username": "clerk", "email": "eve@example.org"}
    )
    assert User.objects.get(pk=target.pk).email == "clerk@example.org"


CREDITS = "999999"


@pytest.mark.django_db
def test_who_may_only_invite_promises_no_credits() -> None:
    client = staff_with("add_invitation", "view_invitation")
    client.post("/admin/generations/invitation/add/", {"email": "eve@example.org", "credits": CREDITS})
    assert Invitation.objects.get().credits == 0


@pytest.mark.django_db
def test_who_may_also_grant_promises_credits() -> None:
    client = staff_with("add_invitation", "view_invitation", "add_entry")
    client.post("/admin/generations/invitation/add/", {"email": "eve@example.org", "credits": CREDITS})
    assert Invitation.objects.get().credits == 999999


def test_who_may_only_invite_gets_no_link_to_credits_promised_by_others(staff: User) -> None:
    invitation, token = create_invitation("eve@example.org", credits=50, caps={}, actor=staff)
    client = staff_with("add_invitation", "view_invitation")
    chosen = {"action": "send_again", "_selected_action": [invitation.pk]}
    assert client.post("/admin/generations/invitation/", chosen).status_code == 403
    assert open_invitation(token) == invitation


@pytest.mark.django_db
def test_the_rule_holds_below_the_form() -> None:
    clerk = make_user(is_staff=True)
    with pytest.raises(PermissionDenied):
        create_invitation("eve@example.org", credits=1, caps={}, actor=clerk)


@pytest.mark.parametrize("permission", ["add_group", "change_group"])
def test_who_may_only_edit_groups_gives_no_monthly_credits(staff: User, permission: str) -> None:
    group = Group.objects.create(name="Students", monthly_credits=5, set_by=staff)
    fields = {"name": "Mine", "monthly_credits": CREDITS, "is_active": "on"}
    client = staff_with(f"{permission}", "view_group")
    for url in ("/admin/generations/group/add/", f"/admin/generations/group/{group.pk}/change/"):
        assert client.post(url, fields).status_code == 403
    assert list(Group.objects.values_list("name", "monthly_credits")) == [("Students", 5)]


def test_who_may_also_grant_edits_groups(staff: User) -> None:
    group = Group.objects.create(name="Students", monthly_credits=5, set_by=staff)
    fields = {"name": "Pupils", "monthly_credits": "7", "is_active": "on"}
    client = staff_with("change_group", "view_group", "add_entry")
    client.post(f"/admin/generations/group/{group.pk}/change/", fields)
    group.refresh_from_db()
    assert group.monthly_credits == 7


@pytest.mark.django_db
def test_who_may_only_invite_sets_no_limits() -> None:
    client = staff_with("add_invitation", "view_invitation")
    fields = {"email": "eve@example.org", "daily_credits": CREDITS, "in_flight": "99"}
    client.post("/admin/generations/invitation/add/", fields)
    invitation = Invitation.objects.get()
    assert (invitation.daily_credits, invitation.in_flight) == (None, None)
    with pytest.raises(PermissionDenied):
        create_invitation("bob@example.org", credits=0, caps={"in_flight": 1}, actor=make_user(is_staff=True))


@pytest.mark.parametrize("permissions", [("delete_group",), ("change_group", "add_entry")])
def test_who_may_not_change_people_frees_no_group_of_its_second_factor(
    staff: User, permissions: tuple[str, ...]
) -> None:
    group = Group.objects.create(name="Students", monthly_credits=5, requires_factor=True, set_by=staff)
    client = staff_with("view_group", *permissions)
    client.post(f"/admin/generations/group/{group.pk}/change/", {"name": "Students", "monthly_credits": "0"})
    client.post(f"/admin/generations/group/{group.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
    client.post("/admin/generations/group/", chosen)
    group.refresh_from_db()
    assert (group.requires_factor, group.is_active) == (True, True)
