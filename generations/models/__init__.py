"""The rows: users, generations with their references and timeline, assets, accounts and entries, the studio."""

from generations.models.asset import Asset
from generations.models.credit import Account, Entry
from generations.models.generation import Event, Generation, Reference
from generations.models.studio import Studio
from generations.models.user import User

__all__ = ["Account", "Asset", "Entry", "Event", "Generation", "Reference", "Studio", "User"]
