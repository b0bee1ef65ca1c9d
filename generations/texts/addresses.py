"""URLs from people and browsers: split without an exception, and restricted to this site."""

from urllib.parse import SplitResult, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def split_address(address: str) -> SplitResult:
    """Split a URL; all parts are empty if it is malformed, such as ``https://[``."""
    try:
        parts = urlsplit(address)
        # Both are parsed on access, and can raise as well.
        _ = parts.hostname, parts.port
    except ValueError:
        return _NOTHING
    return parts


def path_here(address: str, *, host: str) -> str:
    """Return path and query of a URL on ``host``; empty for other hosts.

    In a redirect, a path that starts with two slashes would lead to another host.
    """
    parts = split_address(address)
    if parts.scheme not in ("http", "https") or parts.netloc != host:
        return ""
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path
