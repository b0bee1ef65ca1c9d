"""Pages, counts and neighbours of a filtered list: of a search, its nearest matches are looked at first."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from generations.gallery.filters import GalleryFilter
from generations.gallery.pages import (
    MOST_COUNTED,
    MOST_EXAMINED,
    NEWEST,
    Page,
    Total,
    cursor_at,
    cursor_of,
    moment_of,
    neighbour,
    page_of,
    total_of,
)
from generations.gallery.stacks import attach_stacks
from generations.models import Generation
from generations.models.prompt_search import WHENEVER, Span, spans_of

# Matches that are looked at before the rest is. Of those to be counted, a few may be in the trash.
NEAREST = (400, 4000, MOST_EXAMINED)
COUNTED = (MOST_COUNTED + 400,)


def cards_page(
    filters: GalleryFilter, clips: QuerySet[Generation], *, size: int, after: str = "", before: str = ""
) -> Page[Generation]:
    """Return a page of cards, each with the takes behind it."""
    for span in _spans(filters, before or after, is_forward=not before):
        cards = filters.cards(clips, span=span)
        end = ""
        if span.matches == MOST_EXAMINED:
            # The cursor behind the last of them: a page looks no further.
            is_descending = filters.order.is_descending == (not before)
            moment = span.since if is_descending else span.until
            end = cursor_of([moment, UUID(int=0 if is_descending else 2**128 - 1)])
        among = clips if end else filters.among(clips)
        page = page_of(cards, filters.order, size=size, after=after, before=before, among=among, end=end)
        # A page with others behind it is whole, or as far as one page looks.
        if page.before if before else page.after:
            break
    if not filters.cleaned_data.get("takes"):
        attach_stacks(page.rows, filters.narrow(clips, span=span))
    return page


def count_clips(
    filters: GalleryFilter, clips: QuerySet[Generation], *, first: Page[Generation] | None = None
) -> Total:
    """Count the clips of the list, and stop early; without a query if its ``first`` page says how many there are."""
    if first and not first.after:
        return Total(sum(each.stack.size if each.stack else 1 for each in first.rows), is_more=False)
    if first and not first.rows:
        # A page without any looked as far as a count does.
        return Total(0, is_more=True, is_partial=True)
    if (among := filters.among(clips)) is not None:
        newest = among.order_by(*NEWEST.order).values("created_at")
        reached = newest[MOST_EXAMINED : MOST_EXAMINED + 1].first()
        if reached:
            found = total_of(filters.narrow(clips).filter(created_at__gt=reached["created_at"]))
            return Total(found.count, is_more=True, is_partial=not found.is_more)
    typed = filters.cleaned_data.get("q", "")
    # With other filters, a few of the newest matches say little about how many are left of all.
    most = COUNTED if len(filters.narrowings()) == 1 else (MOST_EXAMINED,)
    for span in spans_of(typed, filters.user.pk, start=None, is_descending=True, most=most):
        total = total_of(filters.narrow(clips, span=span).filter(span.condition))
        if span.matches == MOST_EXAMINED:
            return Total(total.count, is_more=True, is_partial=not total.is_more)
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
    among, sort = filters.among(clips), filters.order
    for span in _spans(filters, cursor_at(clip, sort), is_forward=is_forward):
        if span == WHENEVER and sort.columns[0] == "created_at":
            # What lies on the other side of the clip is not looked for.
            is_older = sort.is_descending == is_forward
            span = Span(until=clip.created_at) if is_older else Span(since=clip.created_at)
        cards = filters.cards(clips, span=span)
        found = neighbour(cards, sort, clip, is_forward=is_forward, among=among)
        if found or span.matches == MOST_EXAMINED:
            return found
    return None


def _spans(filters: GalleryFilter, cursor: str, *, is_forward: bool) -> Iterator[Span]:
    """Yield the spans to look in, one after the other: only a search sorted by time has several."""
    typed, sort = filters.cleaned_data.get("q", ""), filters.order
    if sort.columns[0] != "created_at":
        return iter([WHENEVER])
    start = moment_of(cursor, sort)
    is_descending = sort.is_descending == is_forward
    return spans_of(typed, filters.user.pk, start=start, is_descending=is_descending, most=NEAREST)
