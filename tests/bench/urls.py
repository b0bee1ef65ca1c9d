"""The product's addresses, and an empty view behind the same middleware to compare with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty, name="empty"), path("", include("seedance_web.urls"))]
