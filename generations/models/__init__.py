"""The rows: users, generations with their references and timeline, assets, accounts and entries,
credit requests, presets, characters, caps, groups and invitations, notices, the studio, its workers."""

from generations.models.asset import Asset
from generations.models.audit import AuditEntry
from generations.models.caps import Caps
from generations.models.character import Character, CharacterPicture
from generations.models.collection import Collection, Tag
from generations.models.credit import Account, Entry
from generations.models.credit_request import CreditRequest
from generations.models.event import Event
from generations.models.generation import Generation
from generations.models.group import Group
from generations.models.invitation import Invitation
from generations.models.mentions import Mentions
from generations.models.notice import Notice
from generations.models.preset import Preset
from generations.models.reference import Reference
from generations.models.spending import Spending
from generations.models.studio import Studio
from generations.models.user import User
from generations.models.worker import Worker

__all__ = [
    "Account",
    "Asset",
    "AuditEntry",
    "Caps",
    "Character",
    "CharacterPicture",
    "Collection",
    "CreditRequest",
    "Entry",
    "Event",
    "Generation",
    "Group",
    "Invitation",
    "Mentions",
    "Notice",
    "Preset",
    "Reference",
    "Spending",
    "Studio",
    "Tag",
    "User",
    "Worker",
]
