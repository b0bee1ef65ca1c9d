"""The takes of one recipe: opened and closed in a list, the best chosen, the others deleted."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from generations.accounts.access import generations_for, own_generation_for, takes_beside
from generations.accounts.requests import SignedInRequest
from generations.gallery import stacks
from generations.gallery.bulk_actions import message_of, move_to_trash
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import list_around, list_at, list_url, within
from generations.models import Generation
from generations.texts.addresses import path_here


@require_safe
def takes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Open a stack in its list: all its takes instead of its card. With ``?face`` the other way round."""
    clip = own_generation_for(request.user, pk)
    if not (request.htmx and clip.batch):
        return redirect(list_url("gallery", f"takes={clip.batch}") if clip.batch else clip)
    return _cards(request, clip, is_open="face" not in request.GET)


@require_POST
def choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make a finished take the face of its stack. Repeating the request changes nothing."""
    clip = own_generation_for(request.user, pk)
    if clip.batch and clip.is_keepable:
        stacks.choose(clip)
    if request.htmx and clip.batch:
        return _cards(request, clip, is_open=False)
    return redirect(path_here(request.headers.get("Referer", ""), host=request.get_host()) or clip)


@require_POST
def keep_only(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move the other takes to the trash, except active ones.

    Only allowed if this clip's file exists.
    """
    clip = own_generation_for(request.user, pk)
    query = GalleryFilter(QueryDict(request.POST.get("within", "")), user=request.user).query()
    others = takes_beside(clip).exclude(pk=clip.pk)
    if clip.is_keepable and others:
        messages.success(request, message_of(request, move_to_trash(others), query=query))
    return redirect(f"{clip.get_absolute_url()}{within(query)}")


def _cards(request: SignedInRequest, clip: Generation, *, is_open: bool) -> HttpResponse:
    """Render the stack's takes, or its face; the cards that go are removed out of band."""
    here = request.htmx.current_url or ""
    filters = list_at(request.user, here)
    if filters.cleaned_data.get("takes"):
        # The page of one stack: all that is left of it is where its card lies.
        return HttpResponseClientRedirect(reverse("gallery"))
    matching = filters.narrow(generations_for(request.user)).filter(batch=clip.batch)
    shown = list(matching.order_by("take"))
    faces = stacks.attach_stacks(list(stacks.faces_of(matching)), matching)
    context = {
        "cards": shown if is_open else faces,
        "gone": [] if is_open else [each.pk for each in shown if request.htmx.target != f"card-{each.pk}"],
        **list_around(request.user, here),
    }
    return render(request, "generations/_takes_shown.html", context)
