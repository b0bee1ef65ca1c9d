"""The page People: its list, its drawer, and what each permission may press there."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from generations.models import AuditEntry, Caps, User
from tests.admin.test_powers import staff_with
from tests.factories import make_clips, make_user

PAGE = "/admin/people/"


def listed(client: Client, **query: object) -> list[str]:
    return [person.username for person in client.get(PAGE, query).context["page"]]


def test_it_finds_people_by_name_and_email(as_staff: Client, alice: User, bob: User) -> None:
    assert listed(as_staff, q="ALI") == ["alice"]
    assert listed(as_staff, q="bob@example") == ["bob"]


@pytest.mark.parametrize("typed", ["JÜRGEN", "ju\u0308rgen", "öz", "%", "(ö"])
def test_it_finds_names_of_every_script(as_staff: Client, alice: User, typed: str) -> None:
    person = make_user("jürgen_1", first_name="O\u0308zlem (Ö%)")
    assert listed(as_staff, q=typed) == ["jürgen_1"]
    found = as_staff.get("/admin/generations/user/", {"q": typed}).context["cl"].result_list
    assert list(found) == [person]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "staff"}, ["staff"]),
        ({"status": "deactivated"}, ["bob"]),
        ({"status": "active"}, ["alice", "staff"]),
        ({"order": "balance"}, ["alice", "bob", "staff"]),
        ({"status": "nonsense", "order": "nonsense"}, ["alice", "bob", "staff"]),
    ],
)
def test_it_filters_and_orders(
    as_staff: Client, alice: User, bob: User, query: dict[str, str], expected: list[str]
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert listed(as_staff, **query) == expected


def test_the_drawer_shows_one_person(as_staff: Client, alice: User) -> None:
    page = as_staff.get(PAGE, {"person": alice.pk})
    assert f'data-drawer-of="{alice.pk}"' in page.content.decode()
    assert page.context["drawer"].person.balance == 100


@pytest.mark.parametrize("given", ["", "x", "0", "9" * 40, "²"])
def test_no_person_no_drawer(as_staff: Client, given: str) -> None:
    assert as_staff.get(PAGE, {"person": given}).context["drawer"] is None


def test_last_seen_is_the_latest_of_sign_in_session_and_clip(as_staff: Client, alice: User) -> None:
    now = timezone.now()
    User.objects.filter(pk=alice.pk).update(last_login=now - timedelta(days=3))
    session = UserSession.objects.create(user=alice, session_key="x", ip="127.0.0.1", user_agent="x")
    UserSession.objects.filter(pk=session.pk).update(last_seen_at=now - timedelta(hours=1))
    found = as_staff.get(PAGE, {"person": alice.pk}).context["drawer"].last_active
    assert found == now - timedelta(hours=1)


def test_limits_are_saved_and_recorded(as_staff: Client, alice: User) -> None:
    as_staff.post(f"{PAGE}{alice.pk}/limits/", {"daily_credits": "20"})
    assert Caps.objects.get(user=alice).daily_credits == 20
    assert AuditEntry.objects.filter(kind="changed", target=alice).exists()


def test_a_bad_limit_is_refused_in_the_drawer(as_staff: Client, alice: User) -> None:
    page = as_staff.post(f"{PAGE}{alice.pk}/limits/", {"daily_credits": "-1"})
    assert (page.status_code, page.context["drawer"].person) == (422, alice)
    assert not Caps.objects.exists()


def test_deactivating_ends_sessions_and_is_recorded(as_staff: Client, as_alice: Client, alice: User) -> None:
    as_staff.post(f"{PAGE}{alice.pk}/active/", {"active": "no"})
    assert as_alice.get("/gallery/").status_code == 302
    assert AuditEntry.objects.filter(kind="deactivated", target=alice).exists()
    as_staff.post(f"{PAGE}{alice.pk}/active/", {"active": "yes"})
    assert User.objects.get(pk=alice.pk).is_active


def test_nobody_deactivates_themselves(as_staff: Client, staff: User) -> None:
    assert as_staff.post(f"{PAGE}{staff.pk}/active/", {"active": "no"}).status_code == 403


@pytest.mark.django_db
def test_the_right_to_change_people_stops_at_those_with_powers() -> None:
    boss = make_user("boss", is_staff=True, is_superuser=True)
    client = staff_with("view_user", "change_user")
    assert client.post(f"{PAGE}{boss.pk}/active/", {"active": "no"}).status_code == 403


@pytest.mark.parametrize(
    ("permissions", "forms"),
    [
        (["view_user"], set()),
        (["view_user", "add_entry"], {"credits"}),
        (["view_user", "add_caps", "change_caps"], {"limits"}),
        (["view_user", "change_user"], {"may_deactivate"}),
    ],
)
def test_the_drawer_offers_what_the_reader_may_do(
    alice: User, permissions: list[str], forms: set[str]
) -> None:
    drawer = staff_with(*permissions).get(PAGE, {"person": alice.pk}).context["drawer"]
    offered = {name for name in ("credits", "limits", "may_deactivate") if getattr(drawer, name)}
    assert offered == forms


def test_giving_credits_returns_to_the_drawer(as_staff: Client, alice: User) -> None:
    posted = {"people": alice.pk, "amount": 5, "note": "x", "confirm": "1"}
    response = as_staff.post("/admin/generations/user/credits/", posted)
    assert response.url == f"{PAGE}?person={alice.pk}"


@pytest.mark.parametrize("people", [3, 60])
def test_it_runs_a_constant_number_of_queries(
    as_staff: Client, alice: User, django_assert_max_num_queries, people: int
) -> None:
    for number in range(people):
        person = make_user(f"person{number:02}")
        Caps.objects.create(user=person, daily_credits=5)
    make_clips(alice, 5)
    as_staff.get(PAGE)
    with django_assert_max_num_queries(9):
        as_staff.get(PAGE)


# Where the panel opens.


@pytest.mark.parametrize(
    ("permission", "home"),
    [("view_operations", "/admin/operations/"), ("view_user", "/admin/people/")],
)
def test_the_panel_opens_on_the_page_of_the_reader(db: None, permission: str, home: str) -> None:
    assert staff_with(permission).get("/admin/").url == home


def test_superusers_alone_are_shown_tables(as_staff: Client, db: None) -> None:
    assert 'class="app-tables' in as_staff.get(PAGE).content.decode()
    everything = [each.codename for each in Permission.objects.all()]
    assert 'class="app-tables' not in staff_with(*everything).get(PAGE).content.decode()


def test_everyone_is_shown_only_what_they_may_open(db: None) -> None:
    page = staff_with("view_user").get(PAGE)
    urls = [link["admin_url"] for group in page.context["available_apps"] for link in group["models"]]
    assert urls == ["/admin/people/"]
