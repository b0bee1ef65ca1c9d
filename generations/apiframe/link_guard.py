"""Decide which network addresses a link from a response may lead to.

A link is checked three times: its spelling, all addresses its host resolves to, and the connection itself.
The connection goes to a checked address, so the host is never resolved again (DNS rebinding).
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from .errors import BadLink

HTTPS_PORT = 443

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_REFUSED = tuple(
    ip_network(each)
    for each in (
        "168.63.129.16/32",  # Azure's host address, reachable from every virtual machine.
        "192.88.99.0/24",  # 6to4 relays.
        "192.0.0.0/24",
        "2001::/23",  # Teredo, ORCHID and other ranges without hosts.
        "2002::/16",  # 6to4: embeds any IPv4 address.
        "2001:db8::/32",
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Return whether an IP address is a host on the public Internet.

    IPv4 in IPv6 (mapped, NAT64) is judged by the embedded IPv4 address. Other ranges that can embed one are
    refused, and so are those that `ipaddress` calls global although no public server uses them.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.ipv4_mapped
        is_isatap = (int(found) >> 32) & 0xFDFFFFFF == 0x00005EFE
        if inner is None and (found not in _GLOBAL_UNICAST or found.scope_id or is_isatap):
            return False
        found = inner or found
    if any(found in network for network in _REFUSED if network.version == found.version):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


class LinkGuard:
    """Allow links to public hosts by https on port 443, and to one trusted origin.

    The trusted origin is the API's own if that is plain http: the sandbox, which links to itself.
    """

    def __init__(self, api_url: str) -> None:
        parts = urlsplit(api_url)
        self._trusted = (parts.hostname, parts.port or 80) if parts.scheme == "http" else None

    def check(self, url: str) -> None:
        """Raise BadLink unless `url`, spelled as it will be requested, is allowed."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadLink("The link to the file is no address") from None
        if parts.username is not None or parts.password is not None:
            raise BadLink("The link to the file holds a user name")
        if not parts.hostname:
            raise BadLink("The link to the file is no address")
        if self.is_trusted(parts.scheme, parts.hostname, port or 80):
            return
        if parts.scheme != "https":
            raise BadLink("The link to the file is no https address")
        if (port or HTTPS_PORT) != HTTPS_PORT:
            raise BadLink(f"The link to the file leads to port {port}")

    def is_trusted(self, scheme: str, host: str, port: int) -> bool:
        return scheme == "http" and self._trusted == (host.lower(), port)

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        """Connect to a checked address of `host`. Raises BadLink, or OSError like sockets."""
        addresses = public_addresses(host, port)
        failure: OSError | None = None
        for family, sockaddr in addresses:
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(timeout)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.connect(sockaddr)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure or OSError(f"{host} has no address")


def public_addresses(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    """Resolve `host` once. Raises BadLink if any of its addresses is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise BadLink("The link to the file is no address") from None
    addresses = [(int(family), (str(sockaddr[0]), port)) for family, _, _, _, sockaddr in found]
    if not all(is_public(sockaddr[0]) for _, sockaddr in addresses):
        raise BadLink("The link to the file leads into a private network")
    return addresses
