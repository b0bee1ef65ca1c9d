"""Characters in the composer: pictures into the tray, name and note into the prompt."""

from collections.abc import Callable

import pytest
from django.test import Client

from generations.library.add import trash_asset
from generations.library.characters import pictures_of
from generations.models import Character, User
from tests.library.assets import make_asset, make_character
from tests.views.test_tray import HTMX, URL, Press, lying, press, words  # noqa: F401

PICTURES = "reference_image_urls"


@pytest.fixture
def mira(alice: User) -> Character:
    return make_character(alice, "Mira", pictures=3, note="Short black hair,\nred raincoat")


def addresses(character: Character) -> list[str]:
    return [each.address for each in pictures_of(character)]


def test_all_pictures_come_in_with_the_note(press: Press, mira: Character) -> None:  # noqa: F811
    response = press(f"character {mira.pk}")
    assert lying(response) == [(PICTURES, each) for each in addresses(mira)]
    told = "Mira ([Image1], [Image2], [Image3]; Short black hair, red raincoat)"
    assert f'data-words="{told}"' in words(response)
    assert response.context["problem"] == ""


def test_without_a_note_only_the_name_and_tokens_are_written(press: Press, alice: User) -> None:  # noqa: F811
    tom = make_character(alice, "Tom")
    first = make_asset(user=alice).address
    assert press(f"character {tom.pk}", reference_image_urls=first).context["words"] == "Tom ([Image2])"


def test_a_second_press_changes_nothing(press: Press, mira: Character) -> None:  # noqa: F811
    once = press(f"character {mira.pk}")
    prompt = f"At dusk {once.context['words']} waits"
    twice = press(f"character {mira.pk}", prompt=prompt, reference_image_urls=addresses(mira))
    assert lying(twice) == lying(once)
    assert twice.context["words"] == ""


@pytest.mark.parametrize(("there", "fit"), [(6, 3), (7, 2), (9, 0)])
def test_what_does_not_fit_is_named(press: Press, alice: User, mira: Character, there: int, fit: int) -> None:  # noqa: F811
    others = [make_asset(user=alice).address for _ in range(there)]
    response = press(f"character {mira.pk}", reference_image_urls=others)
    assert [address for _, address in lying(response)] == [*others, *addresses(mira)[:fit]]
    problem = response.context["problem"]
    assert [name for name in ("Mira 1", "Mira 2", "Mira 3") if name in problem] == [
        f"Mira {number}" for number in range(fit + 1, 4)
    ]
    assert response.context["words"].count("[Image") == fit


def test_pictures_in_the_trash_stay_there(press: Press, mira: Character) -> None:  # noqa: F811
    first, *others = pictures_of(mira)
    trash_asset(first)
    assert [address for _, address in lying(press(f"character {mira.pk}"))] == [
        each.address for each in others
    ]
    for each in others:
        trash_asset(each)
    empty = press(f"character {mira.pk}")
    assert (lying(empty), empty.context["words"]) == ([], "")
    assert empty.context["problem"]


@pytest.mark.parametrize("named", ["{pk}", "0", "x", "9" * 30, "-1"])
def test_a_character_of_others_does_not_exist(as_bob: Client, mira: Character, named: str) -> None:
    form = {"tray": f"character {named.format(pk=mira.pk)}", "prompt": ""}
    assert as_bob.post(URL, form, headers=HTMX).status_code == 404
    assert as_bob.get("/", {"character": named.format(pk=mira.pk)}).status_code == 404


def test_without_script_the_page_has_pictures_and_words(as_alice: Client, mira: Character) -> None:
    form = {"tray": f"character {mira.pk}", "prompt": "Rain on"}
    page = as_alice.post(URL, form)
    assert lying(page) == [(PICTURES, each) for each in addresses(mira)]
    assert "Rain on Mira ([Image1], [Image2], [Image3]; Short" in words(page)


def test_a_link_opens_the_studio_with_it(as_alice: Client, mira: Character) -> None:
    page = as_alice.get("/", {"character": mira.pk})
    assert lying(page) == [(PICTURES, each) for each in addresses(mira)]
    assert page.context["form"].typed_prompt.startswith("Mira ([Image1]")
    # For the script, which lays it over a draft.
    assert f"character {mira.pk}" in page.context["begun"]


@pytest.mark.parametrize(
    ("query", "is_offered"),
    [
        ({}, True),
        ({"to": PICTURES}, True),
        ({"to": "start_image"}, False),
        ({"kind": "video"}, False),
        ({"kind": "image", "q": "mir"}, True),
        ({"q": "tom"}, False),
    ],
)
def test_the_picker_offers_them_where_pictures_are_wanted(
    as_alice: Client, mira: Character, query: dict[str, str], is_offered: bool
) -> None:
    command = f'value="character {mira.pk}"'
    assert (command in words(as_alice.get("/library/pick/", query, headers=HTMX))) is is_offered
    form = {"tray": f"pick {query.get('to', '')}", "prompt": "", **query}
    assert (command in words(as_alice.post(URL, form))) is is_offered


def test_the_picker_offers_none_of_others(as_bob: Client, mira: Character) -> None:
    assert "Mira" not in words(as_bob.get("/library/pick/", headers=HTMX))


@pytest.mark.parametrize(("typed", "is_offered"), [("", True), ("MI", True), ("tom", False)])
def test_an_at_sign_offers_them_by_name(
    as_alice: Client, mira: Character, typed: str, is_offered: bool
) -> None:
    found = as_alice.post(f"{URL}mentions/", {"mentioned": typed}, headers=HTMX).context["mentions"]
    assert (f"character {mira.pk}" in [each.command for each in found]) is is_offered


def test_an_at_sign_offers_none_of_others_and_none_without_pictures(
    as_bob: Client, as_alice: Client, mira: Character
) -> None:
    for each in pictures_of(mira):
        trash_asset(each)
    for client in (as_alice, as_bob):
        found = client.post(f"{URL}mentions/", {"mentioned": "mira"}, headers=HTMX).context["mentions"]
        assert found == []


@pytest.mark.parametrize("pictures", [1, 9])
def test_its_pictures_take_a_constant_number_of_queries(
    press: Press,  # noqa: F811
    alice: User,
    django_assert_max_num_queries: Callable,
    pictures: int,
) -> None:
    character = make_character(alice, "Mira", pictures=pictures)
    with django_assert_max_num_queries(9):
        press(f"character {character.pk}")
