"""Our versions of allauth's forms."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

from generations.accounts.names import normalized

_LONGEST_LOGIN = 320


class LoginForm(AllauthLoginForm):
    """Takes the username in any normal form: keyboards may produce é as two characters, we store one."""

    def clean_login(self) -> str:
        # Longer than every name and address: what is cut is nobody's.
        return normalized(super().clean_login())[:_LONGEST_LOGIN]


# What the parsers of JSON, base64, CBOR and keys raise on a malformed credential; allauth expects some of it.
_MALFORMED = (
    AttributeError,
    InvalidSignature,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def _refusing_malformed() -> Iterator[None]:
    """Turn a malformed credential into an error of the form."""
    try:
        yield
    except _MALFORMED as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.JSONField):
    """JSON of the browser; nesting and numbers that Python refuses to read are as invalid as broken JSON."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show an empty field again: the browser makes a new credential each time."""
        return None


class PasskeyForm(AuthenticateWebAuthnForm):
    """A passkey as the second step of a sign-in."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with _refusing_malformed():
            return super().clean_credential()


class PasskeyLoginForm(PasskeyForm, LoginWebAuthnForm):
    """A passkey that signs in alone."""


class PasskeyAgainForm(PasskeyForm, ReauthenticateWebAuthnForm):
    """A passkey before a change of how one signs in."""


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey; by default it signs in alone, without a password."""

    credential = CredentialField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.max_length = _("Name"), 60
        name.help_text = _("To tell it from your other passkeys.")
        alone.label, alone.initial = _("Sign in with this passkey alone, without a password"), True

    def clean(self) -> dict[str, Any]:
        with _refusing_malformed():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenamePasskeyForm(EditWebAuthnForm):
    """The name of a passkey."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name")
