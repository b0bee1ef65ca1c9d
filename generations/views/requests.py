"""The request as our views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from generations.models import User


class SignedInRequest(HttpRequest):
    """A request that has passed the login middleware; for annotations alone."""

    user: User
    htmx: HtmxDetails
