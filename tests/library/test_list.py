"""The library's search: it ignores case, accents, width and normal form, in every script, on both databases."""

import unicodedata

import pytest

from generations.library.add import rename_asset
from generations.library.list import list_assets
from tests.factories import make_user
from tests.library.assets import make_asset

FOUND = [
    ("Übung Ökonomie", "übung"),
    ("Übung Ökonomie", "ÖKO ÜB"),
    ("Crème brûlée", "creme"),
    ("МОСКВА ночью", "москва"),
    ("ΑΘΗΝΑ", "αθήνα"),
    ("一只cat在街头", "cat在"),
    ("ﾃｽﾄ動画", "テスト"),
    ("서울의 밤", "서울"),
    ("shot_01-final", "shot_01"),
    ("IMG 2041", "g 204"),
    ("100 % wolf", "%"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("asked_in", ["NFC", "NFD"])
@pytest.mark.parametrize("stored_in", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "typed"), FOUND)
def test_a_name_is_found_in_every_spelling(name: str, typed: str, stored_in: str, asked_in: str) -> None:
    asset = make_asset(name=unicodedata.normalize(stored_in, name))
    make_asset(user=asset.user, name="Other")
    assert list(list_assets(asset.user, words=unicodedata.normalize(asked_in, typed))) == [asset]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("u", {"hut", "uf"}),
        ("4e00", set()),
        ("4", {"4b"}),
        ("b", {"4b"}),
        ("uf", {"uf"}),
        ("狐", {"一只狐狸"}),
    ],
)
def test_letters_are_not_found_inside_characters(typed: str, names: set[str]) -> None:
    person = make_user()
    for name in ("一只狐狸", "hut", "4b", "uf"):
        make_asset(user=person, name=name)
    assert {each.name for each in list_assets(person, words=typed)} == names


@pytest.mark.django_db
def test_a_renamed_file_is_found_by_its_new_name_only() -> None:
    asset = make_asset(user=make_user(), name="Fox")
    assert rename_asset(asset, "Übung")
    assert [list_assets(asset.user, words=each).count() for each in ("übung", "fox")] == [1, 0]
