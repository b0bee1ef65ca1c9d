"""Rate limits: count actions per time window in the cache shared by all web processes."""

import hashlib
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times per window of ``seconds``."""

    most: int
    seconds: int = 60


def count(limit: Limit, *who: object) -> int:
    """Count one action for this key; return the seconds to wait if over the limit, else 0.

    Windows start at fixed times, so nobody waits longer than one window.
    """
    now = int(time.time())
    key = _key(limit, now, who)
    cache.add(key, 0, limit.seconds)
    try:
        is_over = cache.incr(key) > limit.most
    except ValueError:
        # The key expired between the two lines.
        return 0
    return limit.seconds - now % limit.seconds if is_over else 0


def address_of(request: HttpRequest) -> str:
    """Return the address that limits count by."""
    return counted_address(str(request.META.get("REMOTE_ADDR", "")))


def counted_address(text: str) -> str:
    """Return the address as it is counted; of IPv6 the /64, because each customer has a whole one."""
    try:
        found = ip_address(text)
    except ValueError:
        # A proxy on a Unix socket has none.
        return text
    if isinstance(found, IPv4Address):
        return text
    return str(found.ipv4_mapped or ip_address(int(found) >> 64 << 64))


def take_back(limit: Limit, *who: object) -> None:
    """Undo one count that was not misuse."""
    try:
        cache.decr(_key(limit, int(time.time()), who))
    except ValueError:
        return


def _key(limit: Limit, now: int, who: tuple[object, ...]) -> str:
    """Return a hashed cache key, because names from strangers may have any length and characters."""
    named = repr((limit.most, limit.seconds, now // limit.seconds, *map(str, who)))
    return f"attempts:{hashlib.sha256(named.encode()).hexdigest()}"


def too_many_requests(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Return a 429 page in our design; htmx shows its message next to the pressed control."""
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
