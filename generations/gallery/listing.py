"""Pages, counts and neighbours of a filtered list: of a search, its nearest matches are looked at first."""

from collections.abc import Iterator

from django.db.models import QuerySet

from generations.gallery.filters import GalleryFilter
from generations.gallery.pages import (
    MOST_COUNTED,
    MOST_EXAMINED,
    NEWEST,
    Page,
    Total,
    cursor_at,
    moment_of,
    neighbour,
    page_of,
    total_of,
)
from generations.gallery.stacks import attach_stacks
from generations.models import Generation
from generations.models.prompt_search import WHENEVER, Span, spans_of

# Matches that are looked at before the rest is. Of those to be counted, a few may be in the trash.
NEAREST = (400, 4000)
COUNTED = (MOST_COUNTED + 400,)


def cards_page(
    filters: GalleryFilter, clips: QuerySet[Generation], *, size: int, after: str = "", before: str = ""
) -> Page[Generation]:
    """Return a page of cards, each with the takes behind it."""
    for span in _spans(filters, before or after, is_forward=not before):
        cards = filters.cards(clips, span=span)
        among = filters.among(clips)
        page = page_of(cards, filters.order, size=size, after=after, before=before, among=among)
        # A page with others behind it is whole.
        if page.before if before else page.after:
            break
    if not filters.cleaned_data.get("takes"):
        attach_stacks(page.rows, filters.narrow(clips, span=span))
    return page


def count_clips(filters: GalleryFilter, clips: QuerySet[Generation]) -> Total:
    """Count the clips of the list, and stop early."""
    if (among := filters.among(clips)) is not None:
        newest = among.order_by(*NEWEST.order).values("created_at")
        reached = newest[MOST_EXAMINED : MOST_EXAMINED + 1].first()
        if reached:
            found = total_of(filters.narrow(clips).filter(created_at__gt=reached["created_at"]))
            return Total(found.count, is_more=True, is_partial=not found.is_more)
    typed = filters.cleaned_data.get("q", "")
    # With other filters, the newest matches say little about how many are left of all.
    most = COUNTED if len(filters.narrowings()) == 1 else ()
    for span in spans_of(typed, filters.user.pk, start=None, is_descending=True, most=most):
        total = total_of(filters.narrow(clips, span=span).filter(span.condition))
        if total.is_more:
            break
    return total


def neighbours(
    filters: GalleryFilter, clips: QuerySet[Generation], clip: Generation
) -> tuple[Generation | None, Generation | None]:
    """Return the cards before and after this clip in the list."""
    return (
        _beside(filters, clips, clip, is_forward=False),
        _beside(filters, clips, clip, is_forward=True),
    )


def _beside(
    filters: GalleryFilter, clips: QuerySet[Generation], clip: Generation, *, is_forward: bool
) -> Generation | None:
    spans = _spans(filters, cursor_at(clip, filters.order), is_forward=is_forward)
    found = (
        neighbour(filters.cards(clips, span=span), filters.order, clip, is_forward=is_forward)
        for span in spans
    )
    return next(filter(None, found), None)


def _spans(filters: GalleryFilter, cursor: str, *, is_forward: bool) -> Iterator[Span]:
    """Yield the spans to look in, one after the other: only a search sorted by time has several."""
    typed, sort = filters.cleaned_data.get("q", ""), filters.order
    if sort.columns[0] != "created_at":
        return iter([WHENEVER])
    start = moment_of(cursor, sort)
    is_descending = sort.is_descending == is_forward
    return spans_of(typed, filters.user.pk, start=start, is_descending=is_descending, most=NEAREST)
