"""The administrator's panel, built on Django's admin: people, credits, clips, operations and configuration."""

from generations.admin import (
    audit,
    configuration,
    credits,
    generations,
    invitations,
    operations,
    people,
    site,
)

__all__ = ["audit", "configuration", "credits", "generations", "invitations", "operations", "people", "site"]
