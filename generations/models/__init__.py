"""The rows: users, generations with their references and timeline, assets, accounts and entries,
caps, groups and invitations, notices, the studio."""

from generations.models.asset import Asset
from generations.models.caps import Caps
from generations.models.collection import Collection, Tag
from generations.models.credit import Account, Entry
from generations.models.generation import Event, Generation, Reference
from generations.models.group import Group
from generations.models.invitation import Invitation
from generations.models.notice import Notice
from generations.models.studio import Studio
from generations.models.user import User

__all__ = [
    "Account",
    "Asset",
    "Caps",
    "Collection",
    "Entry",
    "Event",
    "Generation",
    "Group",
    "Invitation",
    "Notice",
    "Reference",
    "Studio",
    "Tag",
    "User",
]
