"""What sign-in and sign-up do beyond allauth's own: starting credits, and whose address has to be confirmed."""

import logging
from typing import Any

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from generations import mail, people
from generations.access import AccountAdapter
from generations.models import User

logger = logging.getLogger(__name__)


class OwnAddressStage(EmailVerificationStage):
    """Only who signed up alone has to confirm an address; whom staff asked in or added has not."""

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        person = self.login.user
        # Nobody: an address that is taken was signed up again, which must look like any other sign-up.
        if person is not None and not person.signed_up_alone:
            return None, True
        # Also once the operator has closed sign-up again.
        self.login.email_verification = EmailVerificationMethod.MANDATORY
        response, goes_on = super().handle()
        if person is not None and goes_on and response is None:
            people.welcome(person)
        return response, goes_on


class JoiningAdapter(AccountAdapter):
    """Marks who signed up, and gives the starting credits for a confirmed address, never for an invented one."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.signed_up_alone = True
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed and email_address.user.signed_up_alone:
            people.welcome(email_address.user)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who gets it, whatever the browser of who asked for it says."""
        language = getattr(context.get("user"), "language", "")
        told = {**context, "is_signup_open": settings.SIGNUP_OPEN}
        try:
            with translation.override(language or translation.get_language()):
                super().send_mail(template_prefix, email, told)
        except mail.NOT_TAKEN as error:
            logger.error("A mail could not be sent: %s", error)
            messages.error(
                self.request, _("The mail could not be sent. Try again later, or tell your administrator.")
            )

    def get_login_stages(self) -> list[str]:
        ours = f"{OwnAddressStage.__module__}.{OwnAddressStage.__qualname__}"
        stages: list[str] = super().get_login_stages()
        return [ours if each.endswith(".EmailVerificationStage") else each for each in stages]
