"""Search over prompts, the same on both databases."""

import pytest
from django.db import connection

from generations.finding import in_prompts
from generations.migrations._prompt_index import mend_index
from generations.models import Generation, User
from tests.factories import make_clips, make_generation, make_recipe

PROMPTS = {
    "fox": "A red fox-cub in the snow, café in the distance",
    "hare": "A white hare; AND nothing else (NEAR the river)",
    "cjk": "雪地里的狐狸，电影感 fox",
    "ja": "夕焼けの海を走る犬",
    "ru": "Рыжая лиса бежит по снегу",
    "thai": "สุนัขจิ้งจอกในหิมะ",
    "odd": '100% "real" it\'s 50_50 🦊 !!!',
}


@pytest.fixture(autouse=True)
def _prompts(alice: User) -> None:
    for prompt in PROMPTS.values():
        make_generation(user=alice, recipe=make_recipe(prompt=prompt))


def _found(typed: str, user: User) -> set[str]:
    prompts = Generation.objects.filter(in_prompts(typed, user.pk), user=user).values_list(
        "prompt", flat=True
    )
    return {name for name, prompt in PROMPTS.items() if prompt in prompts}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", set(PROMPTS)),
        ("fox", {"fox", "cjk"}),
        ("FOX red", {"fox"}),
        ("sno", {"fox"}),
        ("sno fox", set()),
        ("fox sno", {"fox"}),
        ("ox", set()),
        ("cafe", {"fox"}),
        ("cafè", {"fox"}),
        ("fox-cub", {"fox"}),
        ("cub fox", {"fox"}),
        ("лис", {"ru"}),
        ("狐狸", {"cjk"}),
        ("狐", {"cjk"}),
        ("地里", {"cjk"}),
        ("雪地 fox", {"cjk"}),
        ("海 犬", {"ja"}),
        ("จิ้งจอก", {"thai"}),
        ("🦊", {"odd"}),
        ("!!!", {"odd"}),
        ("50", {"odd"}),
        ("%", {"odd"}),
    ],
)
def test_it_finds_words_beginnings_and_pieces(alice: User, typed: str, found: set[str]) -> None:
    assert _found(typed, alice) == found


ODD = [
    '"',
    "'",
    '"fox',
    "fox OR",
    "NOT",
    "NEAR(fox",
    "fox*",
    "prompt:fox",
    "owner:u1",
    "fox & !",
    "':*",
    "\\",
    "-fox",
]
ODDER = ["^fox", "{fox}", "fox\n\t", "a" * 200, "ؐ،", "\u0301", "(((", "<->", "ﷺ", "x'y\"z", "%s %d", "\ud7ff"]


@pytest.mark.parametrize("typed", ODD + ODDER)
def test_nothing_that_is_typed_is_an_error(alice: User, typed: str) -> None:
    _found(typed, alice)


@pytest.mark.parametrize("typed", ["AND", "near"])
def test_operators_are_words(alice: User, typed: str) -> None:
    assert _found(typed, alice) == {"hare"}


def test_it_finds_nothing_of_anybody_else(alice: User, bob: User) -> None:
    assert _found("fox", bob) == set()


def test_it_follows_a_prompt_that_changes(alice: User) -> None:
    Generation.objects.filter(prompt=PROMPTS["fox"]).update(prompt="")
    assert _found("red", alice) == set()


def test_it_follows_what_is_written_past_the_product(alice: User) -> None:
    make_clips(alice, 3, prompt="A badger")
    assert Generation.objects.filter(in_prompts("badg", alice.pk)).count() == 3
    Generation.objects.filter(prompt="A badger").delete()
    assert not Generation.objects.filter(in_prompts("badg", alice.pk)).exists()


def test_it_survives_a_table_built_anew(alice: User) -> None:
    """What SQLite does to the table for most later migrations, and what follows every migrate."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER prompt_added")
    make_clips(alice, 2, prompt="A badger")
    mend_index(connection)
    make_clips(alice, 1, prompt="Another badger")
    assert Generation.objects.filter(in_prompts("badger", alice.pk)).count() == 3
