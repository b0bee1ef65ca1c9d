"""Whose account a single sign-on opens, and which groups it gives."""

import logging
from typing import Any

from allauth.account.internal.emailkit import valid_email_or_none
from allauth.account.internal.flows.manage_email import assess_unique_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import Group as Role
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from generations.accounts import roles
from generations.accounts.audit import Kind, record
from generations.accounts.names import normalized
from generations.models import Group, User

logger = logging.getLogger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """People are recognized by the provider's id for them; the first time, by their verified email."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the person's account if this is their first time, and update their groups."""
        claims = sociallogin.account.extra_data["userinfo"]
        if not sociallogin.is_existing:
            is_verified = settings.OIDC_TRUST_EMAILS or claims.get("email_verified") in (True, "true")
            claimed = claims.get("email")
            email = valid_email_or_none(claimed) if is_verified and isinstance(claimed, str) else None
            if not email:
                raise ImmediateHttpResponse(refuse(request, "email"))
            person = _person_with(email)
            if person:
                sociallogin.connect(request, person)
        if sociallogin.is_existing:
            sync_groups(sociallogin.user, claims, request)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        person: User = super().populate_user(request, sociallogin, data)
        person.username = normalized(person.username)[: User._meta.get_field("username").max_length]
        return person

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        if not settings.OIDC_SIGNUP:
            raise ImmediateHttpResponse(refuse(request, "unknown"))
        if not assess_unique_email(sociallogin.user.email):
            raise ImmediateHttpResponse(refuse(request, "taken"))
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        person: User = super().save_user(request, sociallogin, form)
        record(Kind.SSO_LINKED, request, actor=person, uid=sociallogin.account.uid)
        sync_groups(person, sociallogin.account.extra_data["userinfo"], request)
        return person

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        logger.warning("Single sign-on failed: %s %s", error, exception or "")
        record(Kind.SIGN_IN_FAILED, request, by=["socialaccount"])
        raise ImmediateHttpResponse(refuse(request, "failed"))


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """Say why this sign-in is not possible: email, taken, unknown or failed."""
    return render(request, "socialaccount/authentication_error.html", {"reason": reason}, status=403)


def _person_with(email: str) -> User | None:
    """Return the one account with this email, unless its owner signed up and never confirmed it.

    Otherwise a stranger could sign up with someone's email and wait for them.
    """
    people = list(User.objects.filter(email__iexact=email)[:2])
    if len(people) != 1:
        return None
    [person] = people
    is_confirmed = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
    return person if is_confirmed or not person.signed_up_alone else None


def sync_groups(person: User, claims: dict[str, Any], request: HttpRequest) -> None:
    """Give the roles and credit groups that the claim names, and take away the others that OIDC_GROUPS maps.

    Roles let a person into the panel, and losing the last one takes that away. Superusers are left alone.
    """
    if not settings.OIDC_GROUPS or person.is_superuser:
        return
    claimed = claims.get(settings.OIDC_GROUPS_CLAIM)
    names = claimed if isinstance(claimed, list) else [claimed]
    wanted = {ours for theirs, ours in settings.OIDC_GROUPS.items() if theirs in names}
    mapped = set(settings.OIDC_GROUPS.values())
    credit_groups = Group.objects.filter(name__in=mapped)
    person.credit_groups.remove(*credit_groups.exclude(name__in=wanted))
    person.credit_groups.add(*credit_groups.filter(name__in=wanted))
    had = set(person.groups.values_list("name", flat=True))
    now = (had - (mapped & roles.NAMES.keys())) | (wanted & roles.NAMES.keys())
    if now == had:
        return
    person.groups.remove(*Role.objects.filter(name__in=had - now))
    person.groups.add(*Role.objects.filter(name__in=now - had))
    person.is_staff = bool(now & roles.NAMES.keys()) or person.user_permissions.exists()
    person.save(update_fields=["is_staff"])
    record(Kind.ROLES_CHANGED, request, target=person, roles=sorted(now), by="single sign-on")
