"""Rate limits for password guessing that never lock out an account's owner for long."""

import hashlib

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from generations.accounts.attempts import Limit, address_of, count, take_back
from generations.accounts.names import person_named
from generations.models import User

_WINDOW = 15 * 60
# Per name and IP address. Known devices have their own counter, which strangers can't use up.
BY_NAME_AND_ADDRESS = Limit(5, _WINDOW)
BY_KNOWN_DEVICE = Limit(10, _WINDOW)
# Per IP address, which may be shared by a whole office.
BY_ADDRESS = Limit(30, _WINDOW)
# Per name, from all addresses. Strangers can use it up; known devices and password reset still work.
BY_NAME = Limit(100, _WINDOW)

_DEVICE_DAYS = 180


def count_attempt(request: HttpRequest, name: str) -> int:
    """Count a sign-in attempt for ``name`` before checking the password.

    Returns the seconds to wait, or 0.
    """
    return max(count(limit, *who) for limit, who in _counted(request, name))


def forgive_attempt(request: HttpRequest, name: str) -> None:
    """Uncount an attempt after the right password."""
    for limit, who in _counted(request, name):
        take_back(limit, *who)


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Set a cookie that lets this browser sign in even if strangers used up the limit."""
    response.set_signed_cookie(
        _cookie_name(),
        _device_of(user),
        salt="device",
        max_age=_DEVICE_DAYS * 24 * 3600,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _counted(request: HttpRequest, name: str) -> list[tuple[Limit, tuple[str, ...]]]:
    folded, address = name.casefold(), address_of(request)
    lasts = _DEVICE_DAYS * 24 * 3600
    try:
        device = request.get_signed_cookie(_cookie_name(), default="", salt="device", max_age=lasts)
    except BadSignature:
        device = ""
    if device:
        # Query for every name, so that known names take no longer than unknown ones.
        people = [person_named(name), *User.objects.filter(email__iexact=name)[:5]]
        if any(each and _device_of(each) == device for each in people):
            return [(BY_KNOWN_DEVICE, (device,))]
    return [
        (BY_NAME_AND_ADDRESS, (folded, address)),
        (BY_ADDRESS, ("address", address)),
        (BY_NAME, ("name", folded)),
    ]


def _device_of(user: User) -> str:
    """Return the device key. It depends on the password, so a new password resets all devices."""
    return f"{user.pk}.{hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()[:16]}"


def _cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}device" if settings.SESSION_COOKIE_SECURE else "device"
