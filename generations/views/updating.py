"""Live updates of a page of clips, in one small request while something runs."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from generations.accounts.access import generations_for
from generations.accounts.requests import SignedInRequest
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import within
from generations.gallery.pulse import pulse_of
from generations.gallery.stacks import attach_stacks, current_faces, faces_of
from generations.models import Generation
from generations.models.generation import GenerationQuerySet
from generations.texts.parsing import moment_in

# The most ended clips per response, because they are sent in a header.
MOST_TOLD = 20
# The most new clips per response; a page that slept for long requests the rest again.
MOST_NEW = 100


@require_safe
def updates(request: SignedInRequest) -> HttpResponse:
    """Return what changed since the page was drawn; 204 if nothing did.

    New cards would shift the page, so a page that does not load them itself only gets their count.
    """
    pulse = pulse_of(request.user.pk)
    seen = request.GET.get("seen", pulse.stamp)
    if pulse.stamp and "seen" in request.GET and seen == pulse.stamp:
        return HttpResponse(status=204)
    mine = generations_for(request.user)
    filters = GalleryFilter(QueryDict(request.GET.get("within", "")), user=request.user)
    showing = dict(filter(None, map(_read_showing, request.GET.getlist("showing")[:200])))
    changed = _changed(showing, mine, filters.narrow(mine))
    new = _new(mine, showing, request.GET.get("insert"))
    told = request.GET.get("waiting")
    created, waiting = (new, 0) if told is None else ([], len(new))
    is_live = bool(created) or pulse.is_live
    is_due = (is_live and "wake" in request.GET) or seen != pulse.stamp
    if not (changed or created or is_due) and str(waiting) == (told or "0") and is_live:
        return HttpResponse(status=204)
    newest = max((each.stack.newest if each.stack else each.created_at for each in created), default=None)
    context = {
        "changed": changed,
        "created": created,
        "waiting": waiting,
        "is_live": is_live,
        "seen": pulse.stamp,
        "insert": newest.isoformat() if newest else request.GET.get("insert"),
    }
    if "within" in request.GET:
        query = request.GET["within"]
        context |= {"is_selecting": True, "query": query, "within": within(query)}
    response = render(request, "generations/_updates.html", context)
    return _telling_of(response, [each for each in changed if not each.is_live])


def _changed(
    showing: dict[UUID, str], mine: GenerationQuerySet, matching: QuerySet[Generation]
) -> list[Generation]:
    """Return the single clips and the faces of stacks that no longer look as they are shown."""
    stacks = [pk for pk, stamp in showing.items() if stamp.startswith("stack.")]
    singles = mine.filter(pk__in=showing.keys() - set(stacks))
    faces = current_faces(stacks, matching)
    return [each for each in (*singles, *faces) if each.replaces or each.stamp != showing[each.pk]]


def _telling_of(response: HttpResponse, ended: list[Generation]) -> HttpResponse:
    """Add the event that announces ended clips and triggers a price update.

    The price is updated because holds were settled or released. Clips the user cancelled are not announced.
    """
    if not ended:
        return response
    news = [each for each in ended if each.status != Generation.Status.CANCELLED]
    clips = [{"id": str(each.pk), "status": each.status} for each in news[:MOST_TOLD]]
    return trigger_client_event(response, "generation-ended", {"clips": clips})


def _new(mine: GenerationQuerySet, showing: Iterable[UUID], since: str | None) -> Sequence[Generation]:
    """Return cards of clips created since the page's last update, oldest first. Only for the studio."""
    moment = moment_in(since or "")
    if not moment:
        return []
    newer = faces_of(mine).filter(created_at__gt=moment).exclude(pk__in=list(showing))
    return attach_stacks(list(newer.order_by("created_at", "id")[:MOST_NEW]), mine)


def _read_showing(value: str) -> tuple[UUID, str] | None:
    """Parse a card's id and the stamp it was drawn with."""
    pk, _, stamp = value.partition(".")
    try:
        return UUID(pk), stamp
    except ValueError:
        return None
