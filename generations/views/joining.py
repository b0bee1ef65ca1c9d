"""Our changes to allauth's sign-in and sign-up: starting credits and email confirmation."""

import logging
from time import time
from typing import Any

# First: the stages import this package, which imports the stages; Django's checks load this module in any order.
import allauth.account.internal  # noqa: F401
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.account.views import signup
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from generations.accounts import mail, sign_in
from generations.accounts.access import AccountAdapter
from generations.accounts.addresses import keep_address
from generations.accounts.attempts import Limit, count, too_many_requests
from generations.accounts.audit import Kind, record
from generations.accounts.names import check_name, normalized
from generations.accounts.signup import grant_signup_credits
from generations.models import User
from generations.texts.addresses import split_address

logger = logging.getLogger(__name__)


class OwnAddressStage(EmailVerificationStage):
    """Skip email confirmation for users who were invited or added by staff."""

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        person = self.login.user
        # No user: someone signed up with a taken address, which must look like any other sign-up.
        if person is not None and not person.signed_up_alone:
            return None, True
        # Also after the operator has closed sign-up again.
        self.login.email_verification = EmailVerificationMethod.MANDATORY
        response, goes_on = super().handle()
        if person is not None and goes_on and response is None:
            grant_signup_credits(person)
        return response, goes_on


# The mail sent when someone requests a password reset for an address without an account.
_TO_STRANGERS = "account/email/unknown_account"
STRANGERS_A_DAY = Limit(20, 24 * 3600)


def _name_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")


class JoiningAdapter(AccountAdapter):
    """Mark users who signed up, and give starting credits once their address is confirmed."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.signed_up_alone = True
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        if User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id).exists():
            self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt")
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed and email_address.user.signed_up_alone:
            grant_signup_credits(email_address.user)
        return confirmed

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Apply our sign-in limit instead of allauth's, by which strangers could lock out an owner."""
        if not settings.PASSWORD_SIGN_IN:
            raise ImmediateHttpResponse(render(request, "account/password_off.html", status=403))
        seconds = sign_in.count_attempt(request, _name_in(credentials))
        if seconds:
            raise ImmediateHttpResponse(too_many_requests(request, seconds=seconds))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        person: User | None = super().authenticate(request, **credentials)
        if person:
            sign_in.forgive_attempt(request, _name_in(credentials))
        return person

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **options)
        sign_in.remember_device(response, user)
        if user.email and not EmailAddress.objects.filter(user=user).exists():
            # Of an account made by the command line or before addresses were kept: a change is mailed here.
            keep_address(user)
        # How the person has proved who they are, in order: password, totp, webauthn, recovery_codes.
        methods = [each.get("type") or each["method"] for each in get_authentication_records(request, user)]
        record(Kind.SIGNED_IN, request, actor=user, by=methods)
        return response

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Require no second confirmation from someone who has just signed in."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = bool(records) and time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **options))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record(Kind.SIGN_IN_FAILED, request, name=_name_in(credentials)[:150])

    def clean_username(self, username: str, shallow: bool = False) -> str:
        name: str = super().clean_username(normalized(username), shallow)
        return name if shallow else check_name(name)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Mail a person about a change of their own account, in their language, where mail is set up."""
        if mail.is_configured():
            super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the recipient's language, not the requesting browser's."""
        language = getattr(context.get("user"), "language", "")
        if template_prefix == _TO_STRANGERS and count(STRANGERS_A_DAY, "mail to strangers"):
            return
        told = {**context, "is_signup_open": settings.SIGNUP_OPEN}
        for name in context:
            if name.endswith("_url"):
                parts = split_address(context[name])
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                told[name] = mail.link_to(self.request, path)
        try:
            with translation.override(language or translation.get_language()):
                super().send_mail(template_prefix, email, told)
        except mail.NOT_TAKEN as error:
            logger.error("A mail could not be sent: %s", error)
            messages.error(
                self.request, _("The email couldn’t be sent. Try again later or contact your administrator.")
            )

    def get_login_stages(self) -> list[str]:
        ours = f"{OwnAddressStage.__module__}.{OwnAddressStage.__qualname__}"
        stages: list[str] = super().get_login_stages()
        return [ours if each.endswith(".EmailVerificationStage") else each for each in stages]


@login_not_required
def sign_up(request: HttpRequest) -> HttpResponseBase:
    """Show the form.

    If sign-up is closed: 404 for every method, with a note on how to join.
    """
    if not settings.SIGNUP_OPEN:
        return render(request, "account/signup_closed.html", status=404)
    answer: HttpResponseBase = signup(request)
    return answer
