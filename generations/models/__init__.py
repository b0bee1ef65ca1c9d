"""The rows: users, generations with their references and timeline, assets, accounts and entries,
presets, caps, groups and invitations, notices, the studio."""

from generations.models.asset import Asset
from generations.models.caps import Caps
from generations.models.collection import Collection, Tag
from generations.models.credit import Account, Entry
from generations.models.event import Event
from generations.models.generation import Generation
from generations.models.group import Group
from generations.models.invitation import Invitation
from generations.models.notice import Notice
from generations.models.preset import Preset
from generations.models.reference import Reference
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
    "Preset",
    "Reference",
    "Studio",
    "Tag",
    "User",
]
