"""One action on many clips: the ones that were ticked, or all that match."""

from uuid import UUID

from django.contrib import messages
from django.core.files import File
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations import archive, expecting, lifecycle
from generations.access import generations_for, trashed_for
from generations.clips import UnusableFile
from generations.models import Generation
from generations.views.actions import ACTIONS, Action, ActionForm
from generations.views.gallery import MOST_SUGGESTIONS, gallery_page
from generations.views.requests import SignedInRequest


@require_POST
def bulk(request: SignedInRequest) -> HttpResponseBase:
    """Do it, and say what was done."""
    form = ActionForm(request.POST, user=request.user)
    if not form.is_valid():
        return _refuse(request, form)
    if form.cleaned_data["action"] == "zip":
        return _zip(request, form)
    action = ACTIONS[form.cleaned_data["action"]]
    messages.success(request, action.do(request, _chosen(request, form, action), form))
    if not request.htmx:
        return redirect(_list_url(form, action))
    if form.cleaned_data["all"]:
        return HttpResponseClientRedirect(_list_url(form, action))
    if (request.htmx.target or "").startswith("card-"):
        # From the menu of a card in the feed, which counts and filters nothing: htmx takes the card away.
        return render(request, "_messages.html", {"is_oob": True})
    return _cards_after(request, form, action)


def _chosen(request: SignedInRequest, form: ActionForm, action: Action) -> QuerySet[Generation]:
    if action.is_in_trash:
        return form.chosen_of(trashed_for(request.user), since="trashed_at")
    return form.chosen_of(generations_for(request.user))


def _refuse(request: SignedInRequest, form: ActionForm) -> HttpResponse:
    for error in [each for errors in form.errors.values() for each in errors]:
        messages.error(request, str(error))
    if request.htmx:
        return render(request, "_messages.html", {"is_oob": True}, status=422)
    return gallery_page(request, form.filters, status=422)


def _list_url(form: ActionForm, action: Action) -> str:
    if action.is_in_trash:
        return reverse("trash")
    query = form.filters.query()
    return f"{reverse('gallery')}?{query}" if query else reverse("gallery")


def _cards_after(request: SignedInRequest, form: ActionForm, action: Action) -> HttpResponse:
    """The cards as they are now; without those that belong to the list no more."""
    in_list = trashed_for(request.user) if action.is_in_trash else generations_for(request.user)
    matching = in_list if action.is_in_trash else form.filters.narrow(in_list)
    still = list(matching.filter(pk__in=form.cleaned_data["clip"]))
    expecting.foretell(still)
    gone = set(form.cleaned_data["clip"]) - {clip.pk for clip in still}
    context = {
        "changed": still,
        "gone": gone,
        "total": matching.count(),
        "query": form.filters.query(),
        "collections": request.user.collections.all(),
        "tags": request.user.tags.values_list("name", flat=True)[:MOST_SUGGESTIONS],
    }
    response = render(request, "generations/_bulk_done.html", context)
    return trigger_client_event(response, "selection-done")


def _zip(request: SignedInRequest, form: ActionForm) -> HttpResponseBase:
    chosen = form.chosen_of(generations_for(request.user)).exclude(video="")
    order = form.filters.order.order
    pks: list[UUID] = list(chosen.order_by(*order).values_list("pk", flat=True))
    if not pks:
        form.add_error(None, _("None of these clips has a video yet."))
        return _refuse(request, form)
    mine = generations_for(request.user)
    content = archive.zip_of(mine, pks, bare=_without_recipe if form.is_bare else None)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = (
        f'attachment; filename="seedance-{len(pks)}-{"clip" if len(pks) == 1 else "clips"}.zip"'
    )
    response["Cache-Control"] = "private, no-store"
    # A proxy that collected it first would make memory of what is a stream here.
    response["X-Accel-Buffering"] = "no"
    return response


def _without_recipe(clip: Generation) -> "File[bytes]":
    """A clip that cannot be written anew is left out: whole, it would tell what was to be kept."""
    try:
        return lifecycle.without_recipe(clip)
    except UnusableFile as error:
        raise FileNotFoundError from error
