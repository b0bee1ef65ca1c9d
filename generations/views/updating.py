"""What has changed since a page of clips was drawn: one small request a page while something runs."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from generations import expecting
from generations.access import generations_for
from generations.models import Generation
from generations.views.gallery import within
from generations.views.requests import SignedInRequest, moment_in

# So many ended clips an answer names, for they stand in one of its headers.
MOST_TOLD = 20
# So many new clips it takes in at once; a page that was long asleep asks again for the rest.
MOST_NEW = 100


@require_GET
def updates(request: SignedInRequest) -> HttpResponse:
    """What has changed since the page showed it: one request a page; 204 where nothing has.

    A page that only looks, and says how many new clips it tells of already, is told their number: they would move all
    that stands there, and come when somebody asks for them.
    """
    showing = dict(filter(None, map(_read_showing, request.GET.getlist("showing")[:200])))
    shown = generations_for(request.user).filter(pk__in=showing)
    changed = [each for each in shown if each.stamp != showing[each.pk]]
    new = _new(generations_for(request.user).exclude(pk__in=showing), request.GET.get("insert"))
    told = request.GET.get("waiting")
    created, waiting = (new, 0) if told is None else ([], len(new))
    is_live = bool(created) or generations_for(request.user).filter(status__in=Generation.ACTIVE).exists()
    if not (changed or created) and str(waiting) == (told or "0") and is_live:
        return HttpResponse(status=204)
    expecting.foretell([*changed, *created])
    context = {
        "changed": changed,
        "created": created,
        "waiting": waiting,
        "is_live": is_live,
        "insert": created[-1].created_at.isoformat() if created else request.GET.get("insert"),
    }
    if "within" in request.GET:
        query = request.GET["within"]
        context |= {"is_selecting": True, "query": query, "within": within(query)}
    response = render(request, "generations/_updates.html", context)
    return _telling_of(response, [each for each in changed if not each.is_active])


def _telling_of(response: HttpResponse, ended: list[Generation]) -> HttpResponse:
    """With the event that the page tells of, and reprices at: a hold is spent or given back by now.

    What somebody cancelled themselves is no news to them.
    """
    if not ended:
        return response
    news = [each for each in ended if each.status != Generation.Status.CANCELLED]
    clips = [{"id": str(each.pk), "status": each.status} for each in news[:MOST_TOLD]]
    return trigger_client_event(response, "generation-ended", {"clips": clips})


def _new(unseen: QuerySet[Generation], since: str | None) -> list[Generation]:
    """What was made since the page was drawn or last took something in, oldest first; only the studio does."""
    moment = moment_in(since or "")
    newer = unseen.filter(created_at__gt=moment) if moment else unseen.none()
    return list(newer.order_by("created_at", "id")[:MOST_NEW])


def _read_showing(value: str) -> tuple[UUID, str] | None:
    """A card's id and the stamp it was drawn with."""
    pk, _, stamp = value.partition(".")
    try:
        return UUID(pk), stamp
    except ValueError:
        return None
