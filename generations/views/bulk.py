"""One action on many clips: the selected ones, or all that match."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files import File
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations import tasks
from generations.accounts.access import generations_for, trashed_for
from generations.accounts.requests import SignedInRequest
from generations.gallery import zip_export
from generations.gallery.bulk_actions import ACTIONS, Action, ActionForm, message_of
from generations.gallery.collections import suggested_tags
from generations.gallery.listing import count_clips
from generations.gallery.pages import total_of
from generations.gallery.stacks import current_faces
from generations.lifecycle.strip_metadata import without_metadata
from generations.media.refusals import UnusableFile
from generations.models import Generation
from generations.views.gallery import gallery_page


@require_POST
def bulk(request: SignedInRequest) -> HttpResponseBase:
    """Run the action and show the result."""
    form = ActionForm(request.POST, user=request.user)
    if not form.is_valid():
        return _refuse(request, form)
    if form.cleaned_data["action"] == "zip":
        return _zip(request, form)
    action = ACTIONS[form.cleaned_data["action"]]
    if action.is_in_trash:
        clips = form.chosen_of(trashed_for(request.user), since="trashed_at")
    else:
        clips = form.chosen_of(generations_for(request.user))
    done = action.do(clips, form)
    if done.has_wiped:
        tasks.remove_files_later()
    messages.success(request, message_of(request, done, query=form.filters.query()))
    if not request.htmx:
        return redirect(_list_url(form, action))
    if form.cleaned_data["all"]:
        return HttpResponseClientRedirect(_list_url(form, action))
    if (request.htmx.target or "").startswith("card-"):
        # From the menu of a card in the feed, which has no counts or filters: htmx removes the card.
        return render(request, "_messages.html", {"is_oob": True})
    return _cards_after(request, form, action)


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
    """Render the current cards, without those that left the list."""
    in_list = trashed_for(request.user) if action.is_in_trash else generations_for(request.user)
    matching = in_list if action.is_in_trash else form.filters.narrow(in_list)
    still = list(matching.filter(pk__in=form.cleaned_data["clip"]))
    faces = [] if action.is_in_trash else current_faces(form.cleaned_data["stack"], matching)
    shown = {clip.pk for clip in still} | {face.replaces or face.pk for face in faces}
    gone = {*form.cleaned_data["clip"], *form.cleaned_data["stack"]} - shown
    context = {
        "changed": [*still, *faces],
        "gone": gone,
        "total": total_of(in_list) if action.is_in_trash else count_clips(form.filters, in_list),
        "query": form.filters.query(),
        "collections": request.user.collections.all(),
        "tags": suggested_tags(request.user),
    }
    response = render(request, "generations/_bulk_done.html", context)
    return trigger_client_event(response, "selection-done")


def _zip(request: SignedInRequest, form: ActionForm) -> HttpResponseBase:
    chosen = form.chosen_of(generations_for(request.user)).order_by(*form.filters.order.order)
    pks: list[UUID] = list(chosen.values_list("pk", flat=True))
    count = chosen.exclude(video="").count()
    if not count:
        form.add_error(None, _("None of these clips has a video yet."))
        return _refuse(request, form)
    mine = generations_for(request.user)
    content = zip_export.zip_of(mine, pks, bare=_without_recipe if form.is_bare else None)
    response = StreamingHttpResponse(content, content_type="application/zip")
    # In a bucket, each size would cost a request. Of a clip without its recipe, it is known when it is written.
    if not form.is_bare and not settings.S3_BUCKET:
        response["Content-Length"] = str(zip_export.length_of(mine, pks))
    # Clips without a video show in the name, and the zip lists them.
    told = f"{count}-of-{len(pks)}" if count < len(pks) else str(count)
    noun = "clip" if len(pks) == 1 else "clips"
    response["Content-Disposition"] = f'attachment; filename="seedance-{told}-{noun}.zip"'
    response["Cache-Control"] = "private, no-store"
    # A proxy that buffers the response would defeat the streaming.
    response["X-Accel-Buffering"] = "no"
    return response


def _without_recipe(clip: Generation) -> "File[bytes]":
    """Open a clip without its recipe.

    A clip that cannot be rewritten is left out, because it would reveal the recipe.
    """
    try:
        return without_metadata(clip)
    except UnusableFile as error:
        raise FileNotFoundError from error
