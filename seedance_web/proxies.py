"""The client's address and scheme behind reverse proxies."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def read_forwarded_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Set REMOTE_ADDR to the client's address, and the scheme in the case that Django compares."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""), forwarded, trusted=settings.TRUSTED_PROXIES
        )
        if "HTTP_X_FORWARDED_PROTO" in request.META:
            request.META["HTTP_X_FORWARDED_PROTO"] = request.META["HTTP_X_FORWARDED_PROTO"].lower()
        return get_response(request)

    return middleware


def client_address(peer: str, forwarded: str, *, trusted: Sequence[str]) -> str:
    """Return the right-most hop that is no trusted proxy; the client may have invented those left of it.

    ``forwarded`` is X-Forwarded-For; ``trusted`` lists addresses and networks.
    """
    address = peer
    for hop in reversed([*filter(None, forwarded.split(",")), peer]):
        try:
            found = ip_address(hop.strip())
        except ValueError:
            # Proxies write IP addresses; anything else came from the client.
            break
        # A socket for IPv4 and IPv6 names 127.0.0.1 as ::ffff:127.0.0.1.
        address = str(getattr(found, "ipv4_mapped", None) or found)
        if not is_within(address, trusted):
            break
    return address


def is_within(address: str, networks: Sequence[str]) -> bool:
    """Return whether the IP address is one of these or in one of these networks."""
    return any(ip_address(address) in ip_network(each, strict=False) for each in networks)
