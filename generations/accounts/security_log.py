"""Audit entries for what people change about their own sign-in, from the signals of allauth and Django."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from generations.accounts.audit import Kind, record
from generations.models import User


def connect() -> None:
    """Listen to every change; called once, when the app is ready."""
    user_logged_out.connect(_signed_out)
    account.password_changed.connect(_password_changed)
    account.password_set.connect(_password_changed)
    account.password_reset.connect(_password_changed)
    account.email_changed.connect(_email_changed)
    social_account_added.connect(_sso_linked)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_codes_replaced)
    mfa.authentication_failed.connect(_code_refused)


def _signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:
        record(Kind.SIGNED_OUT, request, actor=user)


def _password_changed(request: HttpRequest, user: User, **more: Any) -> None:
    record(Kind.PASSWORD_CHANGED, request, actor=user)


def _email_changed(request: HttpRequest, user: User, to_email_address: Any, **more: Any) -> None:
    record(Kind.EMAIL_CHANGED, request, actor=user, email=to_email_address.email)


def _sso_linked(request: HttpRequest, sociallogin: SocialLogin, **more: Any) -> None:
    record(Kind.SSO_LINKED, request, actor=sociallogin.user, uid=sociallogin.account.uid)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.FACTOR_ADDED, request, actor=user, factor=authenticator.type)


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.FACTOR_REMOVED, request, actor=user, factor=authenticator.type)


def _codes_replaced(request: HttpRequest, user: User, **more: Any) -> None:
    record(Kind.CODES_REPLACED, request, actor=user)


def _code_refused(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    record(Kind.SIGN_IN_FAILED, request, name=user.get_username(), factor=authenticator.type)
