"""How large a request's body may be. The server asks before Django's apps are loaded, so this imports no models."""

from django.conf import settings
from django.urls import reverse


def body_limit(method: str | None, path: str) -> int:
    """Return the largest body of a request in bytes: more for the addresses that take media."""
    # A proxy may have taken off the part that all addresses share, and only a request's own thread knows it.
    uploads = [reverse(name).removeprefix(settings.SUB_PATH) for name in ("library", "tray_files", "restore")]
    is_upload = method == "POST" and path.removeprefix(settings.SUB_PATH) in uploads
    return settings.UPLOAD_BODY_LIMIT if is_upload else settings.REQUEST_BODY_LIMIT
