"""Characters: names, pictures in order, and what goes when pictures or people go."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.library.add import restore_asset, trash_asset
from generations.library.characters import (
    CharacterForm,
    add_pictures,
    chosen_pictures,
    list_characters,
    pictures_of,
    rearranged,
)
from generations.library.trash import delete_assets
from generations.models import Asset, Character, CharacterPicture, User
from generations.models.character import LONGEST_NOTE, MOST_CHARACTERS
from tests.library.assets import make_asset, make_character


def form(user: User, name: str, pictures: list[Asset], **more: object) -> CharacterForm:
    note = more.pop("note", "")
    return CharacterForm({"name": name, "note": note}, user=user, pictures=pictures, **more)


def errors(form: CharacterForm) -> list[str]:
    """Return the codes of all errors."""
    return [error.code or "" for each in form.errors.as_data().values() for error in each]


def names(character: Character) -> list[str]:
    return [each.name for each in pictures_of(character)]


def test_the_form_keeps_name_note_and_order(alice: User) -> None:
    pictures = [make_asset(user=alice, name=name) for name in ("front", "side", "back")]
    filled = form(alice, "  Mira ", pictures[::-1], note="Red coat\r\nScar")
    assert filled.is_valid()
    character = filled.save()
    assert character is not None
    assert (character.name, character.note) == ("Mira", "Red coat\nScar")
    assert names(character) == ["back", "side", "front"]


@pytest.mark.parametrize("taken", ["mira", "ＭＩＲＡ", " Mira "])
def test_a_name_is_used_once_whatever_its_case_and_width(alice: User, taken: str) -> None:
    make_character(alice, "Mira")
    again = form(alice, taken, [make_asset(user=alice)])
    assert again.is_valid()
    assert again.save() is None
    assert errors(again) == ["taken"]
    assert Character.objects.count() == 1


def test_another_person_may_use_the_name(alice: User, bob: User) -> None:
    make_character(alice, "Mira")
    other = form(bob, "Mira", [make_asset(user=bob)])
    assert other.is_valid()
    assert other.save() is not None


def test_a_character_keeps_its_own_name_and_takes_no_other(alice: User) -> None:
    mira, _tom = make_character(alice, "Mira"), make_character(alice, "Tom")
    pictures = list(pictures_of(mira))
    for name, code in (("MIRA", []), ("tom", ["taken"])):
        changed = form(alice, name, pictures, character=mira)
        assert changed.is_valid()
        changed.save()
        assert errors(changed) == code
    assert {each.name for each in Character.objects.all()} == {"MIRA", "Tom"}


@pytest.mark.parametrize(("count", "codes"), [(0, ["no_pictures"]), (1, []), (9, []), (10, ["too_many"])])
def test_one_to_nine_pictures(alice: User, count: int, codes: list[str]) -> None:
    assert errors(form(alice, "Mira", [make_asset(user=alice) for _ in range(count)])) == codes


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\u3164"])
def test_a_name_has_to_be_visible(alice: User, name: str) -> None:
    assert errors(form(alice, name, [make_asset(user=alice)])) == ["required"]


def test_a_line_end_of_a_note_counts_once(alice: User) -> None:
    pictures = [make_asset(user=alice)]
    longest = "\r\n" * (LONGEST_NOTE // 2) + "x" * (LONGEST_NOTE // 2)
    assert errors(form(alice, "Mira", pictures, note=f"a{longest}"[:-1])) == []
    assert errors(form(alice, "Mira", pictures, note="x" * (LONGEST_NOTE + 1))) == ["max_length"]


def test_there_is_a_limit(alice: User) -> None:
    Character.objects.bulk_create(
        Character(user=alice, name=str(number), folded=str(number)) for number in range(MOST_CHARACTERS)
    )
    assert errors(form(alice, "Mira", [make_asset(user=alice)])) == ["full"]
    assert errors(form(alice, "0", [make_asset(user=alice)], character=Character.objects.first())) == []


def test_only_own_pictures_are_chosen_in_the_order_asked(alice: User, bob: User) -> None:
    first, second = make_asset(user=alice), make_asset(user=alice)
    others = [
        make_asset(user=bob),
        make_asset(user=alice, kind="video"),
        make_asset(user=alice, trashed_at=timezone.now()),
    ]
    written = [str(each.pk) for each in (second, *others, first, second)]
    assert chosen_pictures(alice, [*written, "x", "", "\0"]) == [second, first]


@pytest.mark.parametrize(
    ("command", "order"),
    [
        ("left 2", "bac"),
        ("left 1", "abc"),
        ("right 2", "acb"),
        ("right 3", "abc"),
        ("drop 2", "ac"),
        ("drop 9", "abc"),
        ("drop", "abc"),
        ("left -1", "abc"),
        ("turn 2", "abc"),
    ],
)
def test_pictures_are_rearranged(db: None, alice: User, command: str, order: str) -> None:
    pictures = [make_asset(user=alice, name=name) for name in "abc"]
    assert "".join(each.name for each in rearranged(pictures, command)) == order


def test_pictures_are_added_up_to_nine(alice: User) -> None:
    mira = make_character(alice, "Mira", pictures=8)
    held = list(pictures_of(mira))
    new = [make_asset(user=alice, name=name) for name in ("ninth", "tenth")]
    assert add_pictures(mira, [held[0], *new]) == [new[1]]
    assert list(pictures_of(mira)) == [*held, new[0]]


def test_a_picture_in_the_trash_is_out_of_sight_and_comes_back(alice: User) -> None:
    mira = make_character(alice, "Mira", pictures=2)
    first, second = pictures_of(mira)
    trash_asset(first)
    assert list(pictures_of(mira)) == [second]
    saved = form(alice, "Mira", [second], character=mira)
    assert saved.is_valid()
    saved.save()
    restore_asset(first)
    assert set(pictures_of(mira)) == {first, second}


def test_a_picture_deleted_for_good_leaves_the_character(alice: User) -> None:
    mira = make_character(alice, "Mira")
    picture = pictures_of(mira).get()
    trash_asset(picture)
    assert delete_assets(Asset.objects.filter(pk=picture.pk)) == 1
    assert CharacterPicture.objects.count() == 0
    [found] = list_characters(alice)
    assert (found.pk, found.kept) == (mira.pk, 0)


def test_deleting_a_character_keeps_its_pictures(alice: User) -> None:
    mira = make_character(alice, "Mira", pictures=2)
    mira.delete()
    assert Asset.objects.filter(user=alice).count() == 2


@pytest.mark.parametrize("words", ["mira", "MI", "übung mira", "!", ""])
def test_they_are_found_by_name(alice: User, words: str) -> None:
    make_character(alice, "Mira Übung!")
    make_character(alice, "Mirabel")
    found = {each.name for each in list_characters(alice, words=words)}
    assert "Mira Übung!" in found
    assert ("Mirabel" in found) is (words in ("mira", "MI", ""))


@pytest.mark.parametrize("count", [1, 20])
def test_any_number_of_them_takes_one_query(alice: User, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        make_character(alice, f"Mira {number}", pictures=2, thumbnail="assets/made/thumbnail.webp")
    with django_assert_num_queries(1):
        found = list_characters(alice)
    assert [(each.kept, each.cover == pictures_of(each)[0].pk) for each in found] == [(2, True)] * count


def test_the_database_holds_the_limits(alice: User) -> None:
    mira = make_character(alice, "Mira")
    taken = CharacterPicture.objects.get()
    for position, asset in (
        (1, make_asset(user=alice)),
        (2, taken.asset),
        (0, make_asset(user=alice)),
        (10, make_asset(user=alice)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CharacterPicture.objects.create(character=mira, asset=asset, position=position)
