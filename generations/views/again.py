"""Again, but different: a clip that failed once more, and one that goes on where another ends."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations import library, tasks
from generations.access import own_generation_for
from generations.clips import UnusableFile
from generations.forms import GenerationForm
from generations.views.beginning import form_of
from generations.views.requests import SignedInRequest
from generations.views.studio import submitted


@require_POST
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make the same clip again; what stands against it is told in the composer, filled with its recipe."""
    clip = own_generation_for(request.user, pk)
    if not clip.is_retryable:
        return redirect(clip)
    posted = form_of(clip, submission=request.POST.get("submission", ""))
    return submitted(request, GenerationForm(posted, user=request.user))


@require_POST
def extend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go to the studio with the clip's last frame as a first frame, and its settings."""
    clip = own_generation_for(request.user, pk)
    try:
        frame = library.last_frame_as_asset(clip)
    except FileNotFoundError as error:
        raise Http404 from error
    except UnusableFile as error:
        messages.error(request, _("The last frame cannot be used. %(error)s") % {"error": error})
        return redirect(clip)
    tasks.prepare_later(frame)
    return redirect(f"{reverse('studio')}?{urlencode({'reuse': clip.pk, 'start_image': frame.address})}")
