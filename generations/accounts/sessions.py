"""Signed-in sessions: ending them, and a name for each browser."""

import re
from collections.abc import Sequence

from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from generations.accounts.audit import Kind, record

# The first that matches: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_NAMES = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class SessionAdapter(DefaultUserSessionsAdapter):
    """Record in the audit log that someone ended sessions."""

    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        super().end_sessions(sessions)
        if sessions:
            record(Kind.SESSIONS_ENDED, context.request, number=len(sessions))


def browser_name(user_agent: str) -> str:
    """Return "Firefox, Windows" for a User-Agent header; good enough to recognize one's own device."""
    browser = next((each for each in _BROWSERS if re.search(rf"{each}\w*/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    found = [_NAMES.get(browser, browser), system]
    return ", ".join(filter(None, found)) or _("Unknown browser")
