"""The trash: clips deleted in the last 30 days, and undo."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations.accounts.access import trashed_for
from generations.accounts.requests import SignedInRequest
from generations.gallery import trash
from generations.gallery.bulk_actions import restored_words
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import page_links, place_in
from generations.gallery.pages import GALLERY_PAGE, TRASHED_LAST, page_of, total_of
from generations.texts.parsing import moment_in


@require_safe
def trash_page(request: SignedInRequest) -> HttpResponse:
    """Show the trash, last deleted first; for htmx only the next cards."""
    # Set before counting: clips deleted in between may be counted, but never removed uncounted.
    until = timezone.now()
    clips, place = trashed_for(request.user), place_in(request.GET)
    page = page_of(clips, TRASHED_LAST, size=GALLERY_PAGE, **place)
    context = {"feed": page.rows, "days": trash.LASTS.days, **page_links("trash", page, place=place)}
    if request.htmx.target == "feed-more":
        response = render(request, "generations/_feed_page.html", {**context, "is_trash": True})
    else:
        context |= {"total": total_of(clips), "until": until, "is_trash": True}
        response = render(request, "generations/trash.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_POST
def undo(request: SignedInRequest) -> HttpResponse:
    """Restore clips that were deleted together, and return to where that happened."""
    at = moment_in(request.POST.get("at", ""))
    count = trash.restore(trashed_for(request.user).filter(trashed_at=at)) if at else 0
    if count:
        messages.success(request, restored_words(count))
    else:
        messages.warning(request, _("These clips are no longer in the trash."))
    filters = GalleryFilter(QueryDict(request.POST.get("within", "")), user=request.user)
    return redirect(f"{reverse('gallery')}?{filters.query()}")
