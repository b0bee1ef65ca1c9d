"""Organise one clip: favourite, collections and tags."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from generations.accounts.access import own_generation_for
from generations.accounts.requests import SignedInRequest
from generations.gallery import collections
from generations.gallery.organise import OrganiseForm, organising
from generations.models import Generation
from generations.texts.addresses import path_here


@require_POST
def favourite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Set or unset the favourite. Repeating the request changes nothing."""
    clip = own_generation_for(request.user, pk)
    collections.set_favourite(
        Generation.objects.filter(pk=clip.pk), is_favourite=request.POST.get("on") == "1"
    )
    if not request.htmx:
        came_from = path_here(request.headers.get("Referer", ""), host=request.get_host())
        return redirect(came_from or clip.get_absolute_url())
    clip.refresh_from_db(fields=["is_favourite"])
    return render(request, "generations/_favourite.html", {"generation": clip})


@require_POST
def organise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add to a collection, tag, or remove either."""
    clip = own_generation_for(request.user, pk)
    form = OrganiseForm(request.POST, user=request.user)
    if form.is_valid():
        form.put_in_order(clip)
    status = 200 if form.is_valid() else 422
    if request.htmx or status == 422:
        return render(
            request, "generations/_organise.html", organising(request.user, clip, form), status=status
        )
    return redirect(clip)
