"""Sign-up: the form for invited users, the starting credits, and the first administrator."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import UserCreationForm
from django.db import transaction

from generations.accounts.names import check_name
from generations.credits import ledger
from generations.models import User
from generations.texts import messages

FIRST_CREDITS = 500


class JoinForm(UserCreationForm):
    """Username and password of an invited person."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email
        # The label already says it.
        self.fields["password2"].help_text = ""

    def clean_username(self) -> str:
        name: str | None = super().clean_username()
        return check_name(name, email=self._email) if name else ""


def grant_signup_credits(person: User) -> None:
    """Give the starting credits once. The user is the actor, since nobody else decided."""
    if settings.SIGNUP_CREDITS:
        ledger.grant(
            person, settings.SIGNUP_CREDITS, actor=person, note=messages.STARTING_CREDITS(), key="sign-up"
        )


def has_administrator() -> bool:
    return User.objects.filter(is_superuser=True).exists()


@transaction.atomic
def make_administrator(password: str) -> User:
    """Create the first user: staff, superuser, with starting credits."""
    admin = User.objects.create_superuser("admin", password=password)
    ledger.grant(admin, FIRST_CREDITS, actor=admin, note=messages.FIRST_RUN(), key="first-run")
    return admin
