"""The administrator's panel, built on Django's admin: people, credits, clips, operations and configuration."""

from generations.admin import (
    configuration,
    credits,
    generations,
    health,
    operations,
    people,
    site,
    team,
)

__all__ = ["configuration", "credits", "generations", "health", "operations", "people", "site", "team"]
