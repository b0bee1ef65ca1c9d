"""How people come in, and what they are given without asking: invitations, open sign-up, monthly credits."""

from generations.people.granting import grant_month
from generations.people.inviting import (
    InvitationGone,
    accept,
    invite,
    mail_link,
    open_invitation,
    renew,
    withdraw,
)
from generations.people.welcoming import welcome

__all__ = [
    "InvitationGone",
    "accept",
    "grant_month",
    "invite",
    "mail_link",
    "open_invitation",
    "renew",
    "welcome",
    "withdraw",
]
