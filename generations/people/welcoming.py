"""What someone who signed up by themselves begins with."""

from django.conf import settings

from generations import ledger, sentences
from generations.models import User


def welcome(person: User) -> None:
    """Give the starting credits, once; the person is the actor, for nobody else decided."""
    if settings.SIGNUP_CREDITS:
        ledger.grant(
            person, settings.SIGNUP_CREDITS, actor=person, note=sentences.TO_BEGIN_WITH, key="sign-up"
        )
