"""Collections and tags: a clip may have several of both."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.models.generation import Generation
from generations.models.named import LONGEST_NAME, Named

LONGEST_TAG = 40


class Collection(Named):
    """A user's named set of clips; deleting it keeps the clips."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="collections", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME)
    # Folding can lengthen a name: "ŉ" becomes two characters, a ligature up to eighteen.
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


class Tag(Named):
    """A word on clips, shown in its first spelling."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags", db_index=False)
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
