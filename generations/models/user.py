"""People."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Someone who signs in; their credits are in Account, their clips in Generation."""

    signed_up_alone = models.BooleanField(
        default=False, editable=False, help_text="Nobody asked them in: their address has to be confirmed."
    )
