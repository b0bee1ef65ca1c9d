"""Live updates of a page of clips, in one small request while something runs."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from generations.accounts.access import generations_for
from generations.accounts.requests import SignedInRequest
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import within
from generations.gallery.pulse import pulse_of
from generations.gallery.stacks import changed_cards, new_cards
from generations.models import Generation
from generations.texts.parsing import moment_in

# The most ended clips per response, because they are sent in a header.
MOST_TOLD = 20


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
    changed = changed_cards(showing, mine, filters.narrow(mine))
    since = moment_in(request.GET.get("insert", ""))
    new = new_cards(mine, showing, since=since) if since else []
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


def _telling_of(response: HttpResponse, ended: list[Generation]) -> HttpResponse:
    """Add the event that announces ended clips and triggers a price update.

    The price is updated because holds were settled or released. Clips the user cancelled are not announced.
    """
    if not ended:
        return response
    news = [each for each in ended if each.status != Generation.Status.CANCELLED]
    clips = [{"id": str(each.pk), "status": each.status} for each in news[:MOST_TOLD]]
    return trigger_client_event(response, "generation-ended", {"clips": clips})


def _read_showing(value: str) -> tuple[UUID, str] | None:
    """Parse a card's id and the stamp it was drawn with."""
    pk, _, stamp = value.partition(".")
    try:
        return UUID(pk), stamp
    except ValueError:
        return None
