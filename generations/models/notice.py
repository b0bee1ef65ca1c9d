"""What staff must know: at most one open notice of a kind, so that each occurrence is mailed once."""

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something is wrong since ``raised_at``; it is over once ``cleared_at`` is set."""

    class Kind(models.TextChoices):
        KEY_REFUSED = "key-refused", "Apiframe refuses our key"
        OUT_OF_CREDITS = "out-of-credits", "Apiframe’s credits are used up"
        FAILING = "failing", "Many clips fail"
        UNFETCHED = "unfetched", "A clip may be lost"
        LEDGER = "ledger", "The ledger does not add up"

    kind = models.CharField(max_length=20, choices=Kind)
    words = models.TextField()
    raised_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(cleared_at=None), name="notice_one_open_per_kind"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
