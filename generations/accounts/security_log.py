"""Audit entries for what people change about their own sign-in, from the signals of allauth and Django."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from generations.accounts.audit import Kind, record
from generations.models import User


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:
        record(Kind.SIGNED_OUT, request, actor=user)


@receiver([account.password_changed, account.password_set, account.password_reset])
def password_changed(request: HttpRequest, user: User, **more: Any) -> None:
    record(Kind.PASSWORD_CHANGED, request, actor=user)


@receiver(account.email_changed)
def email_changed(request: HttpRequest, user: User, to_email_address: Any, **more: Any) -> None:
    record(Kind.EMAIL_CHANGED, request, actor=user, email=to_email_address.email)


@receiver(social_account_added)
def sso_linked(request: HttpRequest, sociallogin: SocialLogin, **more: Any) -> None:
    record(Kind.SSO_LINKED, request, actor=sociallogin.user, uid=sociallogin.account.uid)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.FACTOR_ADDED, request, actor=user, factor=authenticator.type)


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.FACTOR_REMOVED, request, actor=user, factor=authenticator.type)


@receiver(mfa.authenticator_reset)
def codes_replaced(request: HttpRequest, user: User, **more: Any) -> None:
    record(Kind.CODES_REPLACED, request, actor=user)


@receiver(mfa.authentication_failed)
def code_refused(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.SIGN_IN_FAILED, request, name=user.get_username(), factor=authenticator.type)
