"""Characters: a person or thing of many clips, as pictures of the library in order and a note."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.models.asset import Asset
from generations.models.named import LONGEST_NAME, Named
from generations.seedance.roles import PICTURES, ROLES

MOST_CHARACTERS = 100
MOST_PICTURES = ROLES[PICTURES].limit
LONGEST_NOTE = 500


class Character(Named):
    """Deleting it keeps its pictures. A picture that is deleted for good leaves it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="characters", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME)
    # Folding can lengthen a name, as in Collection.
    folded = models.CharField(max_length=LONGEST_NAME * 18, editable=False)
    note = models.TextField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        verbose_name = _("character")
        verbose_name_plural = _("characters")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["user", "folded"], name="character_unique_per_user"),
            models.CheckConstraint(condition=~Q(name=""), name="character_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CharacterPicture(models.Model):
    """A picture of a character in its place, from 1."""

    character = models.ForeignKey(Character, models.CASCADE, related_name="places", db_index=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["character", "position"], name="character_place_taken_once"),
            models.UniqueConstraint(fields=["character", "asset"], name="character_picture_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PICTURES), name="character_place_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.character_id}:{self.position}"
