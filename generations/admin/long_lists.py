"""Lists of the panel over tables of any length: counted up to a limit, searched and filtered by indexes."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from generations.models import Generation, User
from generations.models.prompt_search import in_anybodys_prompts

# Rows that a list counts and pages through. Older ones are found by filters and by search.
MOST_LISTED = 10_000
# Of each way to find a clip, its newest.
MOST_FOUND = 500
MOST_PEOPLE = 20


class BoundedPaginator(Paginator):
    """Count no further than ``MOST_LISTED``: a count of the table would cost more than the page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[:MOST_LISTED].count()
        return counted


class PeopleFilter(admin.RelatedFieldListFilter):
    """The people some row refers to: an index asked once for each person, rather than every row read."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        rows: type[Model] = field.model
        used = Exists(rows._default_manager.filter(**{field.name: OuterRef("pk")}).order_by())
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[Any, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to=Q(used)
        )
        return choices


def clips_found(term: str) -> set[UUID]:
    """Return clips by words of the prompt, a person's name, or the start of the id of clip, job or request."""
    newest = Generation.objects.order_by("-created_at", "-id").values_list("pk", flat=True)
    ways = [
        # Without an order: SQLite would walk through all clips to keep it.
        newest.order_by().filter(in_anybodys_prompts(term, most=MOST_FOUND)),
        newest.order_by().filter(_starting("job_id", term)),
        newest.order_by().filter(_starting("request_id", term)).exclude(request_id=""),
    ]
    if people := people_found(term):
        ways.append(newest.filter(user__in=people))
    if span := ids_starting_with(term):
        ways.append(newest.filter(pk__range=span))
    return {pk for way in ways for pk in way[:MOST_FOUND]}


def _starting(column: str, term: str) -> Q:
    """Match the start of a text, by a range that an index answers on both databases."""
    last = f"{term}\U0010ffff"
    return Q(**{f"{column}__gte": term, f"{column}__lt": last, f"{column}__startswith": term})


def entries_found(term: str) -> Q:
    """Match entries by a person, the start of a clip's id, or the note of one that is of no clip."""
    matches = Q(account__in=people_found(term)) | Q(generation=None, note__mentions=term)
    span = ids_starting_with(term)
    return matches | Q(generation__in=_clips_between(span)) if span else matches


def people_found(term: str) -> list[int]:
    named = User.objects.filter(Q(username__mentions=term) | Q(email__mentions=term))
    return list(named.order_by("username").values_list("pk", flat=True)[:MOST_PEOPLE])


def ids_starting_with(term: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last id that starts with these hexadecimal digits; None for other terms."""
    digits = term.replace("-", "").lower()
    if not 4 <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def _clips_between(span: tuple[UUID, UUID]) -> QuerySet[Any, UUID]:
    return Generation.objects.filter(pk__range=span).order_by().values_list("pk", flat=True)
