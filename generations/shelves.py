"""Putting clips in order: favourites, collections and tags; each step may be taken again without harm."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from generations.models import Collection, Generation, Tag, User
from generations.models.collection import LONGEST_NAME, LONGEST_TAG, fold

_BATCH = 500


def mark(clips: QuerySet[Generation], *, is_favourite: bool) -> int:
    """Make them favourites, or no favourites; how many they are."""
    return clips.update(is_favourite=is_favourite)


def collection_named(user: User, name: str) -> Collection:
    """The one of this name, in whatever case it is written; a new one where there is none."""
    name = " ".join(name.split())[:LONGEST_NAME]
    return Collection.objects.get_or_create(user=user, folded=fold(name), defaults={"name": name})[0]


def rename(collection: Collection, name: str) -> bool:
    """False, with nothing changed, where another one has that name."""
    name = " ".join(name.split())[:LONGEST_NAME]
    others = Collection.objects.filter(user=collection.user, folded=fold(name)).exclude(pk=collection.pk)
    if others.exists():
        return False
    collection.name, collection.folded = name, fold(name)
    collection.save(update_fields=["name", "folded"])
    return True


def collect(clips: QuerySet[Generation], collection: Collection) -> int:
    """Put them into a collection; how many they are."""
    pks = _keys(clips)
    _link(Collection.clips.through, [{"collection_id": collection.pk, "generation_id": pk} for pk in pks])
    return len(pks)


def take_out(clips: QuerySet[Generation], collection: Collection) -> int:
    """Take them out of a collection; how many were in it."""
    inside: QuerySet[Any] = Collection.clips.through.objects.filter(
        collection=collection, generation__in=clips.values("pk")
    )
    return inside.delete()[0]


def tag(clips: QuerySet[Generation], names: Sequence[str], user: User) -> int:
    """Put tags on them; how many clips they are."""
    tags = [_tag_named(user, name) for name in names]
    pks = _keys(clips)
    _link(Tag.clips.through, [{"tag_id": tag.pk, "generation_id": pk} for tag in tags for pk in pks])
    return len(pks)


def untag(clips: QuerySet[Generation], names: Sequence[str], user: User) -> int:
    """Take tags off them, and forget those that no clip has any more; how many were taken off."""
    tags = Tag.objects.filter(user=user, folded__in=map(fold, names))
    on_them: QuerySet[Any] = Tag.clips.through.objects.filter(tag__in=tags, generation__in=clips.values("pk"))
    taken = on_them.delete()[0]
    tags.filter(clips=None).delete()
    return taken


def _tag_named(user: User, name: str) -> Tag:
    name = name[:LONGEST_TAG]
    return Tag.objects.get_or_create(user=user, folded=fold(name), defaults={"name": name})[0]


def _keys(clips: QuerySet[Generation]) -> list[UUID]:
    return list(clips.order_by().values_list("pk", flat=True))


def _link(through: type[models.Model], rows: list[dict[str, object]]) -> None:
    """Those that are there already stay as they are."""
    through._default_manager.bulk_create(
        [through(**row) for row in rows], ignore_conflicts=True, batch_size=_BATCH
    )
