"""The request as views see it: signed in, and with htmx details."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from generations.models import User


class SignedInRequest(HttpRequest):
    """A request that has passed the login middleware. Only for annotations."""

    user: User
    htmx: HtmxDetails
