"""Change the composer's tray: one command at a time on the posted form. Saves nothing."""

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from generations import tasks
from generations.accounts.access import assets_for
from generations.accounts.requests import SignedInRequest
from generations.composer import tray as trays
from generations.composer.form import GenerationForm
from generations.composer.mentions import mentions
from generations.composer.tray_commands import Outcome, carry_out, followed, own_files
from generations.composer.tray_view import tray_view
from generations.gallery.links import place_in
from generations.gallery.pages import NEWEST, page_of
from generations.library.characters import offered_characters
from generations.library.list import PICKER_PAGE, LibraryForm, list_assets
from generations.library.uploads import store_uploads
from generations.seedance.roles import ROLES
from generations.views.studio import studio_page


@require_POST
def tray(request: SignedInRequest) -> HttpResponse:
    """Run a command and return the tray; without htmx the studio or the file picker."""
    words = request.POST.get("tray", "").split()
    if words == ["add"]:
        words = ["add", request.POST.get("to", ""), request.POST.get("address", "").strip()]
    if words[:1] != ["pick"]:
        return _arranged(request, [words])
    # For browsers without script: the library as a page that carries the form along.
    role = "".join(words[1:2])
    narrowed = LibraryForm(request.POST)
    narrowed.is_valid()
    found = list_assets(
        request.user, words=narrowed.cleaned_data.get("q", ""), kind=narrowed.cleaned_data.get("kind", "")
    )
    own = {"csrfmiddlewaretoken", "tray", "q", "kind", *ROLES}
    fields = [(name, value) for name, value in request.POST.items() if name not in own]
    context = {
        "to": role if role in ROLES else "",
        "narrowed": narrowed,
        "characters": offered_characters(request.user, narrowed, role=role),
        "page": page_of(found, NEWEST, size=PICKER_PAGE, **place_in(request.GET)),
        "kept": [*fields, *trays.posted(request.POST).fields()],
    }
    return render(request, "generations/pick.html", context)


@require_POST
def add_files(request: SignedInRequest) -> HttpResponse:
    """Upload files into the library and add them to the tray, for browsers without script."""
    kept, refused = store_uploads(request.user, request.FILES.getlist("file"))
    for asset in kept:
        tasks.prepare_later(asset)
    return _arranged(request, [["add", "", each.address] for each in kept], problem=" ".join(refused))


@require_POST
def suggest(request: SignedInRequest) -> HttpResponse:
    """Return what the letters after an `@` in the prompt may mean."""
    tray = own_files(assets_for(request.user), trays.posted(request.POST))
    found = mentions(request.user, tray, request.POST.get("mentioned", "").replace("\0", "")[:60])
    return render(request, "generations/_mentions.html", {"mentions": found})


def _arranged(request: SignedInRequest, commands: list[list[str]], *, problem: str = "") -> HttpResponse:
    """Run the commands in order and return the response."""
    before = own_files(assets_for(request.user), trays.posted(request.POST))
    outcome = Outcome(before, problem=problem, prompt=request.POST.get("prompt", ""))
    for words in commands:
        outcome = carry_out(request.user, outcome, words)
    for asset in outcome.unprepared:
        tasks.prepare_later(asset)
    moves = trays.moves(before, outcome.tray)
    posted = followed(request.POST, outcome, moves)
    form = GenerationForm(posted, user=request.user, is_draft=True)
    # The composer's script fills these in, because only the fields of the ratio are ever replaced.
    settings = {name: value for name, value in outcome.form.items() if name in ("duration", "resolution")}
    prompt = {"words": outcome.form["prompt"]} if "prompt" in outcome.form else {}
    context: dict[str, object] = {"said": outcome.said, "problem": outcome.problem}
    if not request.htmx:
        return studio_page(request, form, **context)
    context |= {
        "form": form,
        "tray": tray_view(request.user, outcome.tray, posted.get("prompt", "")),
        "words": outcome.words,
        "fill": json.dumps({"settings": settings, **prompt}) if settings or prompt else "",
        "moves": json.dumps({str(old): str(new) for old, new in moves.items()}),
        "is_answer": True,
        "is_ratio_new": "aspect_ratio" in outcome.form,
    }
    response = render(request, "generations/_tray.html", context)
    return trigger_client_event(response, "tray-changed", after="settle")
