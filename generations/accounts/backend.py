"""Signing in by username or email; the signed-in person's row says whether they need and have a second factor."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from generations.accounts.names import person_named
from generations.models import Group, User

# Recovery codes are no factor of their own: they replace a lost one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Backend(AuthenticationBackend):
    """Reads both facts with the person, in the one query that every request makes anyway."""

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        """Check the person whom the name means; allauth finds nobody where names differ in case alone."""
        checked: User | None = self._check_password(person_named(username), password)
        return checked

    def get_user(self, user_id: int) -> User | None:
        person = with_factors(User.objects.filter(pk=user_id)).first()
        return person if person and self.user_can_authenticate(person) else None


def with_factors(people: QuerySet[User]) -> QuerySet[User]:
    """Annotate ``has_factor``, and ``group_requires_factor`` from the person's groups."""
    return people.annotate(
        has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
        group_requires_factor=Exists(Group.objects.filter(members=OuterRef("pk"), requires_factor=True)),
    )
