"""The one email address of a person: the account's column, and allauth's row that password resets go by."""

from allauth.account.models import EmailAddress

from generations.models import User


def keep_address(person: User) -> None:
    """Make the account's email the only confirmed one, because staff wrote it.

    Otherwise an address that staff have replaced could still ask for a new password. An address that someone
    else has confirmed stays theirs.
    """
    rows = EmailAddress.objects.filter(user=person)
    rows.exclude(email__iexact=person.email).delete()
    others = EmailAddress.objects.filter(email__iexact=person.email, verified=True).exclude(user=person)
    if person.email and not others.exists():
        EmailAddress.objects.update_or_create(
            user=person,
            email=person.email.lower(),
            defaults={"verified": True, "primary": True},
        )
