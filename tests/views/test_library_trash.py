"""Deleting files of the library's trash permanently, after a confirmation that counts them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from generations import tasks
from generations.library import trash
from generations.models import Asset, Reference, User
from tests.factories import make_generation
from tests.library.assets import make_asset

URL = "/library/trash/delete/"


def trashed(user: User, **overrides: object) -> Asset:
    return make_asset(
        user=user, trashed_at=timezone.now() - timedelta(days=1), byte_size=1024**2, **overrides
    )


def confirm(client: Client, form: str) -> None:
    """Press the button of a confirmation as the page shows it."""
    page = client.get("/library/?trash=1").content.decode()
    [sheet] = re.findall(rf'id="{form}"\s.*?</form>', page, re.DOTALL)
    fields = dict(re.findall(r'<input type="hidden" name="(asset|until)" value="([^"]*)"', sheet))
    assert client.post(URL, fields).url == "/library/?trash=1"


def test_the_page_counts_what_it_would_delete(as_alice: Client, alice: User, bob: User) -> None:
    asset = trashed(alice)
    trashed(alice)
    trashed(bob)
    make_asset(user=alice)
    clip = make_generation(user=alice)
    Reference.objects.create(generation=clip, role="start_image", position=1, url=asset.address, asset=asset)
    assert as_alice.get("/library/?trash=1").context["trash"] == {
        "count": 1,
        "byte_size": 1024**2,
        "needed": 1,
    }


def test_everything_counted_is_deleted_and_nothing_else(as_alice: Client, alice: User, bob: User) -> None:
    trashed(alice)
    kept = {make_asset(user=alice), trashed(bob)}
    confirm(as_alice, "empty-trash")
    assert set(Asset.objects.all()) == kept


def test_one_file_is_deleted_alone(as_alice: Client, alice: User) -> None:
    gone, kept = trashed(alice), trashed(alice)
    confirm(as_alice, f"delete-{gone.pk}")
    assert Asset.objects.get() == kept


@pytest.mark.parametrize("until", ["", "nonsense", "2020-01-01T00:00:00Z"])
def test_nothing_uncounted_is_deleted(as_alice: Client, alice: User, until: str) -> None:
    trashed(alice)
    as_alice.post(URL, {"until": until})
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("asset", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_file_deletes_nothing(as_alice: Client, alice: User, asset: str) -> None:
    trashed(alice)
    as_alice.post(URL, {"until": timezone.now().isoformat(), "asset": asset})
    assert Asset.objects.count() == 1


def test_a_large_trash_is_deleted_in_batches(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        trashed(alice)
    monkeypatch.setattr(tasks, "delete_from_library", lambda found: trash.delete_assets(found, most=2))
    asked: list[str] = []
    monkeypatch.setattr(tasks, "delete_assets_later", lambda user, until: asked.append(until.isoformat()))
    tasks.delete_assets(str(alice.pk), timezone.now().isoformat())
    assert Asset.objects.count() == 1
    tasks.delete_assets(str(alice.pk), asked[0])
    assert not Asset.objects.exists()


def test_one_that_cannot_be_deleted_takes_no_other_with_it(
    as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored between the count and the deletion."""
    restored, kept = trashed(alice), trashed(alice)
    monkeypatch.setattr("generations.views.library.delete_assets", lambda chosen: 0)
    later: list[object] = []
    monkeypatch.setattr(tasks, "delete_assets_later", lambda *what: later.append(what))
    confirm(as_alice, f"delete-{restored.pk}")
    assert (set(Asset.objects.all()), later) == ({restored, kept}, [])
    [message] = as_alice.get("/library/?trash=1").context["messages"]
    assert message.level_tag == "error"
