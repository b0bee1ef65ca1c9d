"""Help with writing: the prompt guide and the user's recent prompts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from generations.accounts.requests import SignedInRequest
from generations.gallery.recent_prompts import PromptsForm, recent_prompts
from generations.seedance.guide import SECTIONS


@require_safe
def guide(request: SignedInRequest) -> HttpResponse:
    """Show the guide; for htmx only its text, which the composer shows next to the prompt."""
    template = "_guide.html" if request.htmx else "guide.html"
    response = render(request, f"generations/{template}", {"sections": SECTIONS})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def prompts(request: SignedInRequest) -> HttpResponse:
    """Show the recent prompts; for htmx only the list."""
    form = PromptsForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    context = {"words": words, "prompts": recent_prompts(request.user, containing=words)}
    template = "_prompts.html" if request.htmx else "prompts.html"
    response = render(request, f"generations/{template}", context)
    # One URL has two responses, which caches must not mix up.
    patch_vary_headers(response, ["HX-Request"])
    return response
