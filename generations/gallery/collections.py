"""Organise clips by favourites, collections and tags. Each step may be repeated safely."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from generations.models import Collection, Generation, Tag, User
from generations.models.named import fold

_BATCH = 500


def set_favourite(clips: QuerySet[Generation], *, is_favourite: bool) -> int:
    """Mark or unmark clips as favourites; return how many."""
    return clips.update(is_favourite=is_favourite)


def collection_named(user: User, name: str) -> Collection:
    """Return the collection with this name, ignoring case; create it if there is none."""
    return Collection.obtain(user, name)


def add_to(clips: QuerySet[Generation], collection: Collection) -> int:
    """Add clips to a collection; return how many."""
    pks = _keys(clips)
    _link(Collection.clips.through, [{"collection_id": collection.pk, "generation_id": pk} for pk in pks])
    return len(pks)


def remove_from(clips: QuerySet[Generation], collection: Collection) -> int:
    """Remove clips from a collection; return how many were in it."""
    inside: QuerySet[Any] = Collection.clips.through.objects.filter(
        collection=collection, generation__in=clips.values("pk")
    )
    return inside.delete()[0]


def tag(clips: QuerySet[Generation], names: Sequence[str], user: User) -> int:
    """Add tags to clips; return how many clips."""
    tags = [Tag.obtain(user, name) for name in names]
    pks = _keys(clips)
    _link(Tag.clips.through, [{"tag_id": tag.pk, "generation_id": pk} for tag in tags for pk in pks])
    return len(pks)


def untag(clips: QuerySet[Generation], names: Sequence[str], user: User) -> int:
    """Remove tags from clips and delete tags without clips; return how many links were removed."""
    tags = Tag.objects.filter(user=user, folded__in=map(fold, names))
    on_them: QuerySet[Any] = Tag.clips.through.objects.filter(tag__in=tags, generation__in=clips.values("pk"))
    taken = on_them.delete()[0]
    tags.filter(clips=None).delete()
    return taken


def _keys(clips: QuerySet[Generation]) -> list[UUID]:
    return list(clips.order_by().values_list("pk", flat=True))


def _link(through: type[models.Model], rows: list[dict[str, object]]) -> None:
    """Add links; existing ones stay unchanged."""
    through._default_manager.bulk_create(
        [through(**row) for row in rows], ignore_conflicts=True, batch_size=_BATCH
    )


def suggested_tags(user: User) -> list[str]:
    """Return up to 200 tag suggestions; more would only be scrolled past."""
    return list(user.tags.values_list("name", flat=True)[:200])
