"""Prompt search, with the same results on both databases."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from generations.gallery.trash import wipe
from generations.models import Asset, Generation, User
from generations.models.prompt_index import ensure_search_triggers
from generations.models.prompt_search import in_prompts
from tests.factories import make_clips, make_generation, make_recipe
from tests.library.assets import make_asset

PROMPTS = {
    "fox": "A red fox-cub in the snow, café in the distance",
    "hare": "A white hare; AND nothing else (NEAR the river)",
    "cjk": "雪地里的狐狸，电影感 fox",
    "ja": "夕焼けの海を走る犬",
    "ru": "Рыжая лиса бежит по снегу",
    "thai": "สุนัขจิ้งจอกในหิมะ",
    "odd": '100% "real" it\'s 50_50 🦊 !!!',
    "mixed": "一只cat在东京街头奔跑",
    "nfd": "U\u0308bung macht Spa\u00df",
    "wide": "ＲＯＢＯＴ ﬁnal",
    "ko": "눈 속의 여우를 찍다",
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
        ("cat", {"mixed"}),
        ("cat在", {"mixed"}),
        ("只cat", {"mixed"}),
        ("京东", set()),
        ("Übung", {"nfd"}),
        ("u\u0308bung", {"nfd"}),
        ("spass", {"nfd"}),
        ("robot", {"wide"}),
        ("final", {"wide"}),
        ("여우", {"ko"}),
        ("fox snow", {"fox"}),
        ("cub in", {"fox"}),
        ("u", set()),
        ("u7", set()),
        ("u72d0", {"cjk"}),
    ],
)
def test_it_finds_words_prefixes_and_parts(alice: User, typed: str, found: set[str]) -> None:
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
def test_no_search_text_is_an_error(alice: User, typed: str) -> None:
    _found(typed, alice)


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        ("Zima w Łodzi", "lodzi"),
        ("Ein Smørrebrød", "smorrebrod"),
        ("Smorrebrod", "smørrebrød"),
        ("Đà Nẵng at night", "da nang"),
        ("Þingvellir, Ísland", "thingvellir"),
        ("Œuvre et ægide", "oeuvre aegide"),
        ("IŞIK KIRIĞI", "ışık kırığı"),
        ("ışık", "ISIK"),
        ("a light\u00adhouse", "lighthouse"),
        ("می\u200cخواهم", "میخواهم"),
        ("میخواهم", "می\u200cخواهم"),
        ("محـــمد", "محمد"),
        ("سنة ٢٠٢٦", "2026"),
        ("in 2026", "२०२६"),
    ],
)
def test_letters_of_other_keyboards_find_each_other(alice: User, prompt: str, typed: str) -> None:
    clip = make_generation(user=alice, recipe=make_recipe(prompt=prompt))
    assert clip in Generation.objects.filter(in_prompts(typed, alice.pk), user=alice)


def test_words_that_were_split_otherwise_are_split_again(alice: User) -> None:
    clip = make_generation(user=alice, recipe=make_recipe(prompt="Zima w Łodzi"))
    asset = make_asset(user=alice, name="Smørrebrød.png")
    Generation.objects.filter(pk=clip.pk).update(search_words="zima w łodzi")
    Asset.objects.filter(pk=asset.pk).update(search_words="smørrebrød png")
    import_module("generations.migrations.0044_alike_letters").split_again(apps, None)
    assert clip in Generation.objects.filter(in_prompts("lodzi", alice.pk))
    asset.refresh_from_db()
    assert asset.search_words == "smorrebrod png"


@pytest.mark.parametrize("typed", ["AND", "near"])
def test_search_operators_are_plain_words(alice: User, typed: str) -> None:
    assert _found(typed, alice) == {"hare"}


def test_it_finds_only_ones_own_clips(alice: User, bob: User) -> None:
    assert _found("fox", bob) == set()


def test_a_changed_prompt_is_reindexed(alice: User) -> None:
    Generation.objects.filter(prompt=PROMPTS["fox"]).update(prompt="")
    assert _found("red", alice) == set()


def test_direct_database_writes_are_indexed(alice: User) -> None:
    make_clips(alice, 3, prompt="A badger")
    assert Generation.objects.filter(in_prompts("badg", alice.pk)).count() == 3
    Generation.objects.filter(prompt="A badger").delete()
    assert not Generation.objects.filter(in_prompts("badg", alice.pk)).exists()


def test_a_wiped_prompt_leaves_no_words(alice: User) -> None:
    clip = make_generation(user=alice, recipe=make_recipe(prompt="A secret badger"), status="failed")
    Generation.objects.filter(pk=clip.pk).update(trashed_at=timezone.now())
    wipe(Generation.objects.all())
    clip.refresh_from_db()
    assert (clip.prompt, clip.search_words) == ("", "")


def test_it_survives_a_rebuilt_table(alice: User) -> None:
    """SQLite rebuilds the table in most migrations; migrate restores the index."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER prompt_added")
    make_clips(alice, 2, prompt="A badger")
    ensure_search_triggers(connection)
    make_clips(alice, 1, prompt="Another badger")
    assert Generation.objects.filter(in_prompts("badger", alice.pk)).count() == 3
