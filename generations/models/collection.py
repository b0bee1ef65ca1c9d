"""How a user orders their clips: collections and tags; a clip may be in several of either."""

import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.models.generation import Generation

LONGEST_NAME = 60
LONGEST_TAG = 40


def fold(name: str) -> str:
    """What makes two names the same: case, width and composition do not tell them apart, in any script."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class Collection(models.Model):
    """A named set of one's clips; deleting it leaves the clips alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="collections")
    name = models.CharField(max_length=LONGEST_NAME)
    # Folding may make a name longer: "ŉ" becomes two characters, a ligature up to eighteen.
    folded = models.CharField(max_length=LONGEST_NAME * 18, editable=False)
    clips = models.ManyToManyField(Generation, related_name="collections")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["user", "folded"], name="collection_unique_per_user"),
            models.CheckConstraint(condition=~Q(name=""), name="collection_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word put on clips by typing it; the first spelling is the one shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=LONGEST_TAG)
    folded = models.CharField(max_length=LONGEST_TAG * 18, editable=False)
    clips = models.ManyToManyField(Generation, related_name="tags")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["user", "folded"], name="tag_unique_per_user"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
