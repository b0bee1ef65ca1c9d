"""The takes that were asked for together: which they are, and keeping the best of them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from generations.access import generations_for, own_generation_for
from generations.finding import GalleryFilter
from generations.models import Generation
from generations.views.actions import throw_away
from generations.views.gallery import within
from generations.views.requests import SignedInRequest


def takes_beside(clip: Generation) -> QuerySet[Generation]:
    """The takes of its batch that are not in the trash, itself among them; none for a clip asked for alone."""
    takes = generations_for(clip.user)
    return takes.filter(batch=clip.batch).order_by("take") if clip.batch else takes.none()


@require_POST
def keep_only(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put the other takes into the trash, save those under way; only a clip that is there is worth the others."""
    clip = own_generation_for(request.user, pk)
    query = GalleryFilter(QueryDict(request.POST.get("within", "")), user=request.user).query()
    others = takes_beside(clip).exclude(pk=clip.pk)
    if clip.is_keepable and others:
        messages.success(request, throw_away(request, others, query=query))
    return redirect(f"{clip.get_absolute_url()}{within(query)}")
