"""Media addresses in requests: web links and ``asset://`` IDs, and their validation."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.texts.addresses import split_address

LONGEST_ADDRESS = 2000
# Apiframe's IDs contain only these characters.
_ASSET_ID = re.compile(r"[A-Za-z0-9_:.-]+")
# Letters of any script, because browsers encode them. The last label is not a number.
_HOST = re.compile(r"([\w-]{1,63}\.)+(?!\d+$)[\w-]{2,63}")
_ASSET_SCHEME = "asset://"

PROBLEMS: Mapping[str, str | Promise] = {
    "long": _("This link is too long. The limit is %(most)s characters."),
    "link": _("That link doesn’t work. Links start with https://"),
    "asset": _("This asset ID isn’t valid. IDs use letters, digits, and the characters - _ : and ."),
    "host": _("Apiframe can’t reach this address. Use a link that works from the internet."),
}


def problem_of(address: str) -> str:
    """Return the problem code of an address, a key of ``PROBLEMS``; empty if valid."""
    if len(address) > LONGEST_ADDRESS:
        return "long"
    if address.lower().startswith("asset:"):
        is_asset = address.startswith(_ASSET_SCHEME) and _ASSET_ID.fullmatch(address, len(_ASSET_SCHEME))
        return "" if is_asset else "asset"
    parts = split_address(address)
    # One parser removes spaces and invisible characters, and the next refuses them.
    if parts.scheme not in ("http", "https") or not address.isprintable() or re.search(r"\s", address):
        return "link"
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return "host"
    try:
        return "" if ip_address(host).is_global else "host"
    except ValueError:
        return "" if parts.port != 0 and len(host) < 254 and _HOST.fullmatch(host) else "link"


def short_name(address: str) -> str:
    """Return the recognizable part of an address."""
    parts = split_address(address)
    return PurePosixPath(parts.path).name or parts.netloc or address


def ending_of(address: str) -> str:
    """Return the file's extension in lower case, such as ``.mp4``."""
    return PurePosixPath(split_address(address).path).suffix.lower()
