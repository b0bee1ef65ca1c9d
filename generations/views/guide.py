"""The short guide to prompts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from generations.guide import SECTIONS
from generations.views.requests import SignedInRequest


@require_GET
def guide(request: SignedInRequest) -> HttpResponse:
    """A page; for htmx its text alone, which the composer shows beside the prompt."""
    template = "_guide.html" if request.htmx else "guide.html"
    response = render(request, f"generations/{template}", {"sections": SECTIONS})
    patch_vary_headers(response, ["HX-Request"])
    return response
