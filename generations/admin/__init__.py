"""The administrator's panel: Django's own, with people, credits and clips; credits move only through the ledger."""

from generations.admin import (
    assets,
    caps,
    credits,
    generations,
    groups,
    invitations,
    log,
    notices,
    presets,
    site,
    studio,
    users,
)

__all__ = [
    "assets",
    "caps",
    "credits",
    "generations",
    "groups",
    "invitations",
    "log",
    "notices",
    "presets",
    "site",
    "studio",
    "users",
]
