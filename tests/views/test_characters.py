"""The pages of characters, and their row in the library."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from generations.library.add import trash_asset
from generations.library.characters import pictures_of
from generations.models import Asset, Character, User
from tests.library.assets import make_asset, make_character

HTMX = {"HX-Request": "true"}
NEW = "/library/characters/new/"


def ids(pictures: list[Asset]) -> list[str]:
    return [str(each.pk) for each in pictures]


def shown(page) -> list[UUID]:
    """Return the pictures in the form, in order."""
    return [each.pk for each in page.context["form"].pictures]


@pytest.fixture
def two(alice: User) -> list[Asset]:
    return [make_asset(user=alice, name=name) for name in ("front", "side")]


@pytest.fixture
def mira(alice: User) -> Character:
    return make_character(alice, "Mira", pictures=2, note="Red coat")


def test_a_selection_becomes_a_character(as_alice: Client, alice: User, two: list[Asset]) -> None:
    page = as_alice.get(NEW, {"picture": ids(two)})
    assert shown(page) == [each.pk for each in two]
    made = as_alice.post(NEW, {"name": "Mira", "note": "Red coat", "picture": ids(two)[::-1]})
    assert made["Location"] == "/library/"
    character = alice.characters.get()
    assert (character.name, character.note) == ("Mira", "Red coat")
    assert list(pictures_of(character)) == two[::-1]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"name": " "}, "required"),
        ({"name": "mIRA"}, "taken"),
        ({"name": "Tom", "picture": []}, "no_pictures"),
        ({"name": "Tom", "note": "x" * 501}, "max_length"),
        ({"name": "Tom", "note": "x\0"}, "null_characters_not_allowed"),
    ],
)
def test_a_wrong_form_keeps_what_was_chosen(
    as_alice: Client, two: list[Asset], mira: Character, form: dict[str, object], code: str
) -> None:
    page = as_alice.post(NEW, {"picture": ids(two), **form})
    assert page.status_code == 422
    assert code in [each.code for errors in page.context["form"].errors.as_data().values() for each in errors]
    assert shown(page) == ([] if "picture" in form else [each.pk for each in two])
    assert Character.objects.count() == 1


def test_pictures_of_others_are_ignored(as_bob: Client, bob: User, two: list[Asset]) -> None:
    own = make_asset(user=bob)
    assert shown(as_bob.get(NEW, {"picture": ids([*two, own])})) == [own.pk]
    as_bob.post(NEW, {"name": "Mira", "picture": ids([*two, own])})
    assert list(pictures_of(bob.characters.get())) == [own]


def test_name_note_and_order_are_changed(as_alice: Client, mira: Character) -> None:
    url = f"/library/characters/{mira.pk}/"
    first, second = pictures_of(mira)
    assert shown(as_alice.get(url)) == [first.pk, second.pk]
    as_alice.post(url, {"name": "Mira II", "note": "", "picture": ids([second, first])})
    mira.refresh_from_db()
    assert (mira.name, mira.note, list(pictures_of(mira))) == ("Mira II", "", [second, first])


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_arranging_saves_nothing(as_alice: Client, mira: Character, headers: dict[str, str]) -> None:
    first, second = pictures_of(mira)
    form = {"name": "Typed", "note": "Typed too", "picture": ids([first, second]), "arrange": "right 1"}
    page = as_alice.post(f"/library/characters/{mira.pk}/", form, headers=headers)
    assert page.status_code == 200
    assert shown(page) == [second.pk, first.pk]
    assert page.context["form"]["name"].value() == "Typed"
    assert (b"<html" in page.content) is (not headers)
    assert list(pictures_of(mira)) == [first, second]


@pytest.mark.parametrize(("at", "focused"), [(1, 1), (2, 1)])
def test_the_focus_stays_where_a_picture_was_dropped(
    as_alice: Client, mira: Character, at: int, focused: int
) -> None:
    form = {"name": "Mira", "picture": ids(list(pictures_of(mira))), "arrange": f"drop {at}"}
    page = as_alice.post(f"/library/characters/{mira.pk}/", form, headers=HTMX)
    assert page.context["dropped_at"] == focused
    assert page.content.decode().count("autofocus") == 1


def test_pictures_are_added_up_to_nine(as_alice: Client, alice: User, two: list[Asset]) -> None:
    many = make_character(alice, "Many", pictures=8)
    answer = as_alice.post(f"/library/characters/{many.pk}/add/", {"picture": ids(two)}, follow=True)
    assert shown(answer)[8:] == [two[0].pk]
    assert [message.level_tag for message in answer.context["messages"]] == ["success", "error"]
    assert "“side”" in answer.content.decode()


def test_deleting_keeps_the_pictures(as_alice: Client, alice: User, mira: Character) -> None:
    assert as_alice.post(f"/library/characters/{mira.pk}/delete/")["Location"] == "/library/"
    assert not alice.characters.exists()
    assert Asset.objects.filter(user=alice).count() == 2


@pytest.mark.parametrize("end", ["", "add/", "delete/"])
def test_those_of_others_do_not_exist(as_bob: Client, mira: Character, end: str) -> None:
    url = f"/library/characters/{mira.pk}/{end}"
    form = {"name": "Mine", "picture": [str(make_asset(user=User.objects.get(username="bob")).pk)]}
    assert as_bob.post(url, form).status_code == 404
    mira.refresh_from_db()
    assert (mira.name, pictures_of(mira).count()) == ("Mira", 2)


@pytest.mark.parametrize("end", ["new/", "1/", "1/add/", "1/delete/"])
def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None, end: str) -> None:
    assert client.post(f"/library/characters/{end}")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?q=mir", True),
        ("?q=tom", False),
        ("?kind=image", True),
        ("?kind=video", False),
        ("?trash=1", False),
    ],
)
def test_the_library_shows_them_where_pictures_are_shown(
    as_alice: Client, mira: Character, query: str, found: bool
) -> None:
    assert ('data-character="Mira"' in as_alice.get(f"/library/{query}").content.decode()) is found


def test_one_without_pictures_is_shown_as_empty(as_alice: Client, mira: Character) -> None:
    for picture in pictures_of(mira):
        trash_asset(picture)
    page = as_alice.get("/library/").content.decode()
    assert 'data-character="Mira"' in page
    assert f"?character={mira.pk}" not in page
    assert as_alice.get(f"/library/characters/{mira.pk}/").status_code == 200


def test_only_pictures_can_be_selected(as_alice: Client, alice: User, two: list[Asset]) -> None:
    make_asset(user=alice, kind="video")
    assert as_alice.get("/library/").content.decode().count('name="picture"') == 2


@pytest.mark.parametrize("count", [1, 12])
def test_the_library_takes_one_query_for_them(
    as_alice: Client, alice: User, django_assert_max_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        make_character(alice, f"Mira {number}", pictures=2)
    for url, most in (("/library/", 8), ("/library/pick/", 8), (NEW, 8)):
        with django_assert_max_num_queries(most):
            as_alice.get(url)
