"""A user with 10,000 of everything causes as many queries as one with 10."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.gallery.filters import GalleryFilter
from generations.gallery.pages import SORTS
from generations.models import Asset, Collection, Entry, Generation, Reference, Tag, User
from generations.models.named import fold
from generations.operations.statistics import analyze
from tests.factories import make_user

pytestmark = pytest.mark.slow

FEW, MANY = 10, 10_000
BATCH = 1000
QUOTE = {
    "variant": "480p",
    "rate": 1,
    "seconds": 4,
    "credits": 4,
    "resolution": "480p",
    "prompt": "A red fox",
}
FILTERS = {
    "q": "fox",
    "status": "finished",
    "ratio": "16:9",
    "resolution": "480p",
    "shortest": "4",
    "longest": "15",
    "sound": "on",
    "references": "pictures",
    "favourite": "1",
    "tag": "snow",
    "since": "2026-01-01",
    "until": "2200-01-01",
    "takes": "00000000-0000-4000-8000-000000000000",
}


def _clips(user: User, count: int) -> list[Generation]:
    """Create clips: every tenth running, every third a favourite, every other a take."""
    return [
        Generation(user=user, **QUOTE, **_state(number), **_place(number), is_favourite=number % 3 == 0)
        for number in range(count)
    ]


def _state(number: int) -> dict[str, object]:
    if number % 10 == 0:
        return {"status": "running", "job_id": str(uuid4())}
    return {
        "status": "finished",
        "job_id": str(uuid4()),
        "video": "x",
        "poster": "x",
        "width": 864,
        "height": 480,
    }


def _place(number: int) -> dict[str, object]:
    return {"batch": uuid4(), "take": 1, "takes": 4} if number % 2 else {}


def _with_clips(count: int) -> User:
    user = make_user(credits=100)
    Generation.objects.bulk_create(_clips(user, count), BATCH)
    return user


def _shelve(user: User, clips: list[Generation]) -> None:
    """Add two collections, a tag and a picture to each clip."""
    for name in ("Foxes", "Snow"):
        collection = Collection.objects.create(user=user, name=name, folded=fold(name))
        _link(Collection.clips.through, ((clip, {"collection": collection}) for clip in clips))
    tag = Tag.objects.create(user=user, name="snow", folded="snow")
    _link(Tag.clips.through, ((clip, {"tag": tag}) for clip in clips))
    assets = _assets(user, len(clips))
    role = {"role": "reference_image_urls", "position": 1}
    rows = zip(clips, assets, strict=True)
    _link(Reference, ((clip, {**role, "url": asset.address, "asset": asset}) for clip, asset in rows))


def _link(model: Callable, rows: Iterable[tuple[Generation, dict[str, object]]]) -> None:  # type: ignore[type-arg]
    model.objects.bulk_create([model(generation=clip, **more) for clip, more in rows], BATCH)  # type: ignore[attr-defined]


def _assets(user: User, count: int) -> list[Asset]:
    named = ({"name": f"fox {number}", "sha256": uuid4().hex} for number in range(count))
    made = [Asset(user=user, kind="image", file="x", byte_size=1, **each) for each in named]
    return Asset.objects.bulk_create(made, BATCH)


def _fill(count: int) -> User:
    """Create a user with `count` clips, trashed clips, files and entries."""
    user = _with_clips(count)
    clips = list(user.generations.all())
    _shelve(user, clips)
    gone = {"status": "failed", "trashed_at": timezone.now() - timedelta(days=1)}
    Generation.objects.bulk_create([Generation(user=user, **QUOTE, **gone) for _ in range(count)], BATCH)
    after = {"kind": "hold", "amount": 4, "balance_after": 0, "held_after": 4}
    holds = [Entry(account_id=user.pk, generation=clip, key=f"hold:{clip.pk}", **after) for clip in clips]
    Entry.objects.bulk_create(holds, BATCH)
    return user


def _lists(user: User) -> dict[str, str]:
    """Return the URL of every list, by a name that is the same for all users."""
    filters = {f"gallery by {name}": f"/gallery/?{name}={value}" for name, value in FILTERS.items()}
    sorts = {f"gallery, {name}": f"/gallery/?sort={name}" for name in SORTS}
    shelf = user.collections.all()[0].pk
    plain = ["/", "/gallery/", "/trash/", "/collections/", "/credits/", "/library/", "/library/?q=fox"]
    plain += ["/library/?kind=image", "/library/pick/", "/credits/?kind=hold", "/credits/entries.csv"]
    deep = {"gallery by collection": f"/gallery/?collection={shelf}", "clip": _clip_of(user)}
    return {**{url: url for url in plain}, **filters, **sorts, **deep}


def _clip_of(user: User) -> str:
    return user.generations.filter(status="finished", batch=None)[0].get_absolute_url()


def _counted(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
        assert answer.status_code in (200, 204, 302)  # type: ignore[attr-defined]
        if answer.streaming:  # type: ignore[attr-defined]
            answer.getvalue()  # type: ignore[attr-defined]
    return len(queries)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _gets(user: User, client: Client) -> dict[str, int]:
    return {name: _counted(lambda url=url: client.get(url)) for name, url in _lists(user).items()}


def test_every_filter_is_tested() -> None:
    assert {*FILTERS, "collection", "sort"} == set(GalleryFilter.base_fields)


def _polls(client: Client) -> dict[str, int]:
    """Count queries of a poll with changes and one without, for a page of cards."""
    page = client.get("/").context
    running, insert = [clip for clip in page["feed"] if clip.is_active], page["insert"]
    shown = [f"{clip.pk}.{clip.stamp}" for clip in running]
    stale = [f"{clip.pk}.queued-0-0" for clip in running]
    asked = {
        "calm": {"showing": shown},
        "changed": {"showing": stale},
        "studio": {"showing": stale, "insert": insert},
    }
    return {
        name: _counted(lambda query=query: client.get("/generations/updates/", query))
        for name, query in asked.items()
    }


# On SQLite a search looks at the nearest matches first: where there are many, up to two tries for page and total,
# and a look for the third. A list of one page is counted without a query, a longer one with up to three.
SEARCHED = {"gallery by q": 8}
COUNTED = 3


@pytest.mark.django_db
def test_lists_and_polls_run_as_many_queries_with_10000_as_with_10() -> None:
    few, many = (_fill(FEW), _fill(MANY))
    analyze()
    first, second = (_gets(user, _client(user)) | _polls(_client(user)) for user in (few, many))
    assert {
        name: number for name, number in second.items() if number > first[name] + SEARCHED.get(name, COUNTED)
    } == {}


# Rows are linked in batches of 1,000: the extra queries allowed for 10,000.
LINKED = {"tag": 40, "collect": 40}


def _bulks(client: Client) -> dict[str, int]:
    """Count queries of each action on all matching clips."""
    actions = ("favourite", "tag", "untag", "collect", "unfavourite", "trash")
    asked = {"all": "1", "within": "status=finished", "tags": "new", "new_collection": "All"}
    return {
        action: _counted(lambda action=action: client.post("/gallery/bulk/", {**asked, "action": action}))
        for action in actions
    }


@pytest.mark.django_db
def test_actions_on_all_run_as_many_queries_with_10000_as_with_10() -> None:
    users = _with_clips(FEW), _with_clips(MANY)
    analyze()
    few, many = (_bulks(_client(user)) for user in users)
    assert {name: number for name, number in many.items() if number > few[name] + LINKED.get(name, 0)} == {}
