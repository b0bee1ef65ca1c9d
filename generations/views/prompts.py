"""The prompts somebody wrote last, to be looked through and used once more."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from generations.finding import last_prompts
from generations.forms import PromptsForm
from generations.views.requests import SignedInRequest


@require_GET
def prompts(request: SignedInRequest) -> HttpResponse:
    """A page of them; for htmx the list alone."""
    form = PromptsForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    context = {"words": words, "prompts": last_prompts(request.user, containing=words)}
    template = "_prompts.html" if request.htmx else "prompts.html"
    response = render(request, f"generations/{template}", context)
    # One address, two answers: neither may be taken for the other out of a cache.
    patch_vary_headers(response, ["HX-Request"])
    return response
