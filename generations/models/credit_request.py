"""Requests for credits: what a person asks for, and how staff answered."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

# Against a typing mistake, as for credits given by hand.
MOST_REQUESTED = 1_000_000


class CreditRequest(models.Model):
    """One question of a person, answered once; the ledger names it by its number."""

    class Status(models.TextChoices):
        OPEN = "open"
        GRANTED = "granted"
        DECLINED = "declined"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="credit_requests")
    amount = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_REQUESTED)])
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # May differ from what was asked for.
    granted = models.PositiveIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Each mail goes out once; the notice of the answer is shown until the person closes it.
    staff_mailed_at = models.DateTimeField(null=True, blank=True)
    user_mailed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["user"],
                condition=Q(decided_at__isnull=False, seen_at=None),
                name="credit_request_unseen",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="open"), name="credit_request_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None, granted=None)
                | Q(status="declined", decided_at__isnull=False, granted=None)
                | Q(status="granted", decided_at__isnull=False, granted__gte=1),
                name="credit_request_is_decided_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="credit_request_asks_for_some"),
        ]

    def __str__(self) -> str:
        return gettext("Credit request %(number)s") % {"number": self.pk}

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_granted(self) -> bool:
        return self.status == self.Status.GRANTED
