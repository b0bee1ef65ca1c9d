"""The trash: what was deleted in the last 30 days, and taking a deletion back."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generations import trash
from generations.access import trashed_for
from generations.finding import TRASHED_LAST, GalleryFilter, page_of
from generations.views.actions import back_in_gallery
from generations.views.gallery import GALLERY_PAGE, addresses, place_in
from generations.views.requests import SignedInRequest, moment_in


@require_GET
def trash_page(request: SignedInRequest) -> HttpResponse:
    """Deleted last first; for htmx the next cards alone."""
    # Before the count: what is thrown away in between may be counted, and is never deleted uncounted.
    until = timezone.now()
    clips, place = trashed_for(request.user), place_in(request)
    page = page_of(clips, TRASHED_LAST, size=GALLERY_PAGE, **place)
    context = {"feed": page.clips, "days": trash.LASTS.days, **addresses("trash", page, place=place)}
    if request.htmx.target == "feed-more":
        response = render(request, "generations/_feed_page.html", {**context, "is_trash": True})
    else:
        context |= {"total": clips.count(), "until": until, "is_trash": True}
        response = render(request, "generations/trash.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_POST
def undo(request: SignedInRequest) -> HttpResponse:
    """Bring back what was deleted together, and go back to where that was done."""
    at = moment_in(request.POST.get("at", ""))
    count = trash.bring_back(trashed_for(request.user).filter(trashed_at=at)) if at else 0
    if count:
        messages.success(request, back_in_gallery(count))
    else:
        messages.warning(request, _("These clips are not in the trash any more."))
    filters = GalleryFilter(QueryDict(request.POST.get("within", "")), user=request.user)
    return redirect(f"{reverse('gallery')}?{filters.query()}")
