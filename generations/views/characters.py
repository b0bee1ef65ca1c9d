"""Characters of the library: make, change, add pictures and delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from generations.accounts.access import character_for
from generations.accounts.requests import SignedInRequest
from generations.library.characters import (
    CharacterForm,
    add_pictures,
    chosen_pictures,
    list_characters,
    pictures_of,
    rearranged,
)
from generations.models import Character
from generations.models.character import LONGEST_NOTE, MOST_PICTURES
from generations.models.named import LONGEST_NAME
from generations.texts.parsing import number_in


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Show the form with the pictures in the URL; a POST makes the character."""
    if request.method == "POST":
        return _posted(request, None)
    pictures = chosen_pictures(request.user, request.GET.getlist("picture"))
    return _page(request, CharacterForm(user=request.user, pictures=pictures))


@require_http_methods(["GET", "HEAD", "POST"])
def character(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the character's form; a POST saves name, note and the order of pictures."""
    found = character_for(request.user, pk)
    if request.method == "POST":
        return _posted(request, found)
    initial = {"name": found.name, "note": found.note}
    form = CharacterForm(
        initial=initial, user=request.user, pictures=list(pictures_of(found)), character=found
    )
    return _page(request, form)


@require_POST
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add the chosen pictures, as far as there is room."""
    found = character_for(request.user, pk)
    chosen = chosen_pictures(request.user, request.POST.getlist("picture"))
    left_out = add_pictures(found, chosen)
    if added := len(chosen) - len(left_out):
        words = ngettext(
            "%(count)d picture added to “%(name)s”.", "%(count)d pictures added to “%(name)s”.", added
        )
        messages.success(request, words % {"count": added, "name": found})
    if left_out:
        names = ", ".join(f"“{each.name}”" for each in left_out)
        words = _("No room for these pictures of %(name)s: %(pictures)s. The limit is %(most)s.")
        messages.error(request, words % {"name": found, "pictures": names, "most": MOST_PICTURES})
    return redirect("character", pk=pk)


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete the character. Its pictures stay in the library."""
    found = character_for(request.user, pk)
    found.delete()
    words = _("Character “%(name)s” deleted. Its pictures are still in your library.")
    messages.success(request, words % {"name": found})
    return redirect("library")


def _posted(request: SignedInRequest, found: Character | None) -> HttpResponse:
    """Save the form, or return it with its pictures rearranged, which saves nothing."""
    pictures = chosen_pictures(request.user, request.POST.getlist("picture"))
    if command := request.POST.get("arrange"):
        initial = {name: request.POST.get(name, "") for name in ("name", "note")}
        pictures = rearranged(pictures, command)
        form = CharacterForm(initial=initial, user=request.user, pictures=pictures, character=found)
        dropped_at = min(number_in(command.removeprefix("drop ")) or 0, len(pictures))
        return _page(request, form, dropped_at=dropped_at)
    form = CharacterForm(request.POST, user=request.user, pictures=pictures, character=found)
    kept = form.save() if form.is_valid() else None
    if kept is None:
        return _page(request, form, status=422)
    messages.success(request, _("Character “%(name)s” saved.") % {"name": kept})
    return redirect("library")


def _page(
    request: SignedInRequest, form: CharacterForm, *, status: int = 200, dropped_at: int = 0
) -> HttpResponse:
    """Render the form; ``dropped_at`` is the place that gets the focus after a picture was taken out."""
    context: dict[str, object] = {
        "form": form,
        "character": form.character,
        "longest_name": LONGEST_NAME,
        "longest_note": LONGEST_NOTE,
        "most": MOST_PICTURES,
        "dropped_at": dropped_at,
    }
    if request.htmx:
        return render(request, "generations/_character_form.html", context, status=status)
    if form.character is None:
        context["others"] = list_characters(request.user)
    return render(request, "generations/character.html", context, status=status)
