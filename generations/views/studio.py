"""The studio: the composer, its price, and the live feed."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from generations import tasks
from generations.accounts.access import generations_for, own_generation_for, own_generations_for
from generations.accounts.requests import SignedInRequest
from generations.composer import prefill
from generations.composer.form import GenerationForm
from generations.composer.quote import Quote, refusal_of, with_affordable
from generations.composer.tray_view import token_notes, tray_view
from generations.credits.ledger import InsufficientCredits
from generations.credits.limits import OverLimit
from generations.gallery.links import list_around, page_links, place_in
from generations.gallery.pages import NEWEST, page_of
from generations.gallery.pulse import pulse_of
from generations.gallery.stacks import attach_stacks, faces_of
from generations.lifecycle.create import create_takes
from generations.models import Generation, Preset
from generations.seedance import guide, phrases

FEED_PAGE = 24


@require_safe
def studio(request: SignedInRequest) -> HttpResponse:
    """Show composer and feed, prefilled from the URL."""
    if request.htmx.target == "feed-more":
        return render(request, "generations/_feed_page.html", _feed(request))
    clips, presets = own_generations_for(request.user), Preset.objects.seen_by(request.user)
    overlay = prefill.overlay(clips, presets, request.GET)
    begun = {} if overlay else prefill.initial_values(clips, request.GET, request.session)
    initial = {"submission": uuid4(), **begun, **prefill.initial_of(request.user, overlay)}
    return studio_page(
        request,
        GenerationForm(user=request.user, initial=initial),
        is_given=bool(begun),
        is_reused="prompt" in begun,
        begun=json.dumps(overlay) if overlay else "",
    )


@require_POST
def quote(request: SignedInRequest) -> HttpResponse:
    """Return the current price and errors of the form. An empty prompt is not an error yet."""
    form = GenerationForm(with_affordable(request.POST), user=request.user, is_draft=True)
    return _quote_fragment(request, form) if request.htmx else studio_page(request, form)


@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Hold the credits and queue the clip, or all of its takes."""
    return _submitted(request, GenerationForm(request.POST, user=request.user))


@require_POST
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Retry a failed clip. A refusal is shown in the composer, prefilled with its recipe.

    With htmx, the card of the new clip takes the place of the failed one, wherever that is shown.
    """
    clip = own_generation_for(request.user, pk)
    if not clip.is_retryable:
        return redirect(clip)
    posted = prefill.form_of(clip, submission=request.POST.get("submission", ""))
    if request.POST.get("sound") == "off":
        posted.pop("generate_audio", None)
    form = GenerationForm(posted, user=request.user)
    if not request.htmx:
        return _submitted(request, form)
    clips = _generate(form) if form.is_valid() else []
    if not clips:
        for error in [each for errors in form.errors.values() for each in errors]:
            messages.error(request, str(error))
        return render(request, "_messages.html", {"is_oob": True}, status=422)
    tasks.admit_later()
    shown = {
        "generation": generations_for(request.user).get(pk=clips[0].pk),
        **list_around(request.user, request.htmx.current_url or ""),
    }
    response = render(request, "generations/_card.html", shown)
    # Once the card is in its place, the page watches it instead of asking for another.
    trigger_client_event(response, "generation-created", after="swap")
    return trigger_client_event(response, "credits-changed")


def studio_page(request: SignedInRequest, form: GenerationForm, **more: object) -> HttpResponse:
    """Render composer and feed with the given form."""
    pulse = pulse_of(request.user.pk)
    context = {
        **_quote_context(form),
        "tray": tray_view(request.user, form.tray, form.typed_prompt),
        "starters": guide.STARTERS,
        "camera_moves": phrases.MOVES,
        "styles": phrases.STYLES,
        "presets": Preset.objects.seen_by(request.user),
        **more,
        **_feed(request),
        "is_live": pulse.is_live,
        "seen": pulse.stamp,
    }
    return render(request, "generations/studio.html", context, status=_status_of(form))


def _submitted(request: SignedInRequest, form: GenerationForm) -> HttpResponse:
    if form.is_valid():
        _generate(form)
    if not form.is_valid():
        return _quote_fragment(request, form) if request.htmx else studio_page(request, form)
    tasks.admit_later()
    if not request.htmx:
        return redirect("studio")
    notice = _("Clip queued. You’ll see it in the feed.")
    if form.take_count > 1:
        notice = _("%(takes)d takes queued. You’ll see them in the feed.") % {"takes": form.take_count}
    response = _quote_fragment(request, form, notice=notice, submission=uuid4())
    return trigger_client_event(trigger_client_event(response, "generation-created"), "credits-changed")


def _generate(form: GenerationForm) -> list[Generation]:
    """Hold and queue. A refusal or confirmation request becomes a form error, and no clip is returned."""
    quote = Quote.for_form(form)
    if quote and quote.objection:
        form.add_error(None, quote.objection)
        return []
    pk = form.cleaned_data["parent"]
    try:
        return create_takes(
            form.user,
            form.recipe(),
            submission=form.submission_key(),
            takes=form.take_count,
            # Another user's clip, or one that is gone, is not accepted as parent.
            parent=generations_for(form.user).filter(pk=pk).first() if pk else None,
        )
    except (InsufficientCredits, OverLimit) as error:
        form.add_error(None, refusal_of(error, takes=form.take_count))
        return []


def _feed(request: SignedInRequest) -> dict[str, Any]:
    drawn = timezone.now().isoformat()
    place = place_in(request.GET)
    clips = generations_for(request.user)
    page = page_of(faces_of(clips), NEWEST, size=FEED_PAGE, **place)
    return {
        "feed": attach_stacks(page.rows, clips),
        "insert": drawn,
        **page_links("studio", page, place=place),
    }


def _quote_fragment(
    request: SignedInRequest, form: GenerationForm, *, notice: str = "", submission: UUID | None = None
) -> HttpResponse:
    context = {**_quote_context(form), "notice": notice, "is_answer": True}
    if submission:
        # Start a fresh form: the next clip is not a child of the earlier one.
        context |= {"submission": submission, "parent": ""}
    return render(request, "generations/_quote.html", context, status=_status_of(form))


def _quote_context(form: GenerationForm) -> dict[str, object]:
    return {
        "form": form,
        "priced": Quote.for_form(form),
        "is_asking": form.has_error(NON_FIELD_ERRORS, "confirm") if form.is_bound else False,
        "submission": form["submission"].value() or uuid4(),
        "token_notes": token_notes(form.tray, form.typed_prompt),
        "parent": form["parent"].value() or "",
    }


def _status_of(form: GenerationForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
