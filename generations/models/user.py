"""People."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Someone who signs in; their credits are in Account, their clips in Generation."""
