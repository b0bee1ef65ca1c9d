"""Lists of any length: pages by cursor, and totals that are counted up to a thousand."""

import pytest
from django.test import Client
from django.urls import reverse

from generations.credits import ledger
from generations.gallery import collections, pages
from generations.models import Asset, User
from generations.views import credits, library
from tests.factories import make_clips


def assets_of(user: User, count: int) -> None:
    Asset.objects.bulk_create(
        Asset(user=user, kind="image", name=f"{n}.png", file="x", sha256=str(n), byte_size=1)
        for n in range(count)
    )


def entries_of(user: User, count: int) -> None:
    for number in range(count):
        ledger.grant(user, 1, actor=user, note="More", key=f"more:{number}")


LISTS = {"credits": entries_of, "library": assets_of, "picker": assets_of}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_by_cursor_there_and_back(
    as_alice: Client, alice: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credits, "ENTRIES_PAGE", 2)
    monkeypatch.setattr(library, "LIBRARY_PAGE", 2)
    monkeypatch.setattr(library, "PICKER_PAGE", 2)
    LISTS[name](alice, 5)
    first = as_alice.get(reverse(name))
    seen, response = list(first.context["page"].rows), first
    for _ in range(3):
        if not (after := response.context["page"].after):
            break
        assert f"?after={after}" in response.content.decode()
        response = as_alice.get(reverse(name), {"after": after})
        seen += response.context["page"].rows
    assert len({each.pk for each in seen}) == len(seen) >= 5
    last = response.context["page"]
    assert as_alice.get(reverse(name), {"before": last.before}).status_code == 200
    assert as_alice.get(reverse(name), {"after": "damaged"}).context["page"] == first.context["page"]


def test_totals_stop_at_a_limit(as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_COUNTED", 3)
    clips = make_clips(alice, 5)
    everything = alice.generations.all()
    assert pages.total_of(everything) == pages.Total(3, is_more=True)
    assert pages.total_of(everything.filter(pk__in=[clip.pk for clip in clips[:3]])) == pages.Total(3, False)
    # A list of one page is counted by its page.
    assert "data-more" not in as_alice.get(reverse("gallery")).content.decode()
    monkeypatch.setattr("generations.views.gallery.GALLERY_PAGE", 2)
    assert "data-more" in as_alice.get(reverse("gallery")).content.decode()


def test_a_collection_counts_its_kept_clips(as_alice: Client, alice: User) -> None:
    trip, empty = (collections.collection_named(alice, name) for name in ("Trip", "Empty"))
    collections.add_to(alice.generations.filter(pk__in=[c.pk for c in make_clips(alice, 3)]), trip)
    alice.generations.filter(pk=alice.generations.first().pk).update(trashed_at="2026-01-01T00:00Z")
    shown = as_alice.get(reverse("collections")).context["shelves"]
    assert {each.pk: each.kept for each in shown} == {trip.pk: 2, empty.pk: 0}
