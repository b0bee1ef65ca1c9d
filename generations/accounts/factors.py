"""Second factors: who must have one, who has one, and how their secrets are stored."""

import base64
import hashlib
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.accounts import mail
from generations.accounts.audit import Kind, record
from generations.accounts.backend import FACTORS, with_factors
from generations.models import User


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with the secret key, so that a copy of the database alone makes no valid code."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("That didn’t match. Try again."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret, or a random one that matches no code if the secret key was lost."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            secret: str = generate_totp_secret()
            return secret

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return "Seedance Web"

    def generate_authenticator_name(self, user: User, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}


def _cipher() -> MultiFernet:
    """Encrypt with the current secret key; decrypt with the earlier ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factors:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each)) for each in digests])


def name_of(factor: Authenticator) -> str:
    """Return the factor's name on screen; a passkey has one that its owner chose."""
    if factor.type == Authenticator.Type.WEBAUTHN:
        return str(factor.wrap().name)
    return _("Authenticator app") if factor.type == Authenticator.Type.TOTP else _("Recovery codes")


def lacks_required(request: HttpRequest) -> bool:
    """Return whether the signed-in person must set up a factor before anything else.

    After single sign-on, factors are the identity provider's task.
    """
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the types alone
    facts: Any = user if hasattr(user, "has_factor") else with_factors(User.objects.filter(pk=user.pk)).get()
    required = settings.REQUIRE_SECOND_FACTOR
    is_staff = user.is_staff or user.is_superuser
    is_set = required == "everyone" or (required == "staff" and is_staff)
    if facts.has_factor or not (facts.group_requires_factor or is_set):
        return False
    return "socialaccount" not in {each["method"] for each in get_authentication_records(request, user)}


def remove_factors(person: User, request: HttpRequest | None = None) -> int:
    """Remove all factors of someone who lost them, end their sessions and inform them; return how many there were.

    A session may be open on the lost phone. Without a request, the command line asks for it.
    """
    factors = Authenticator.objects.filter(user=person)
    removed = list(factors.filter(type__in=FACTORS).values_list("type", flat=True))
    factors.delete()
    person.sessions_ended += 1
    person.save(update_fields=["sessions_ended"])
    record(Kind.FACTOR_REMOVED, request, target=person, factor=removed)
    words = gettext_lazy(
        "An administrator removed the authenticator app, passkeys and recovery codes of your account "
        "“%(name)s”. If you did not ask for this, contact your administrator."
    )
    mail.tell_owner(person, gettext_lazy("Your second step was reset"), words)
    return len(removed)
