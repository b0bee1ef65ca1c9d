"""The administrator's panel: Django's own, with people, credits and clips; credits move only through the ledger."""

from generations.admin import assets, credits, generations, log, site, studio, users

__all__ = ["assets", "credits", "generations", "log", "site", "studio", "users"]
