"""Credits: an account per user and its append-only entries; written by the ledger alone."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

# Far above any sum that is real, and far below where a 32-bit column would overflow.
MOST_CREDITS = 1_000_000_000


class Account(models.Model):
    """What a user can spend (``balance``) and what open holds keep back (``held``), in whole credits."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True)
    balance = models.IntegerField(default=0)
    held = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0, balance__lte=MOST_CREDITS), name="account_balance_in_range"
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=MOST_CREDITS), name="account_held_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.balance} credits, {self.held} held"


# A comparison with NULL is neither true nor false, which a check constraint lets pass: absence is said outright.
_GIVEN = Q(actor__isnull=False, generation__isnull=True, hold_amount__isnull=True) & ~Q(note="")
_OF_A_HOLD = Q(generation__isnull=False, hold_amount__isnull=False)


class Entry(models.Model):
    """One line of the ledger; never changed, never removed (the database refuses both).

    ``amount`` is positive credits, except for an adjustment, which may take some away. Its effect on the account:
    grant and adjust add it to the balance; hold moves it from the balance to held; release moves it back;
    settle spends it out of the hold and gives the rest of that hold, if any, back to the balance.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Granted"
        ADJUST = "adjust", "Adjusted"
        HOLD = "hold", "Held"
        SETTLE = "settle", "Spent"
        RELEASE = "release", "Returned"

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    key = models.CharField(
        max_length=80, help_text="One effect per key: the same step twice writes one entry."
    )
    kind = models.CharField(max_length=7, choices=Kind)
    amount = models.IntegerField()
    hold_amount = models.IntegerField(null=True, help_text="The hold that a settle or release resolves.")
    balance_after = models.IntegerField()
    held_after = models.IntegerField()
    generation = models.ForeignKey(
        "Generation", models.PROTECT, null=True, blank=True, related_name="entries"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["account", "-id"], name="entry_newest_by_account")]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="entry_one_effect_per_key"),
            models.UniqueConstraint(
                fields=["generation"], condition=Q(kind="hold"), name="entry_one_hold_per_generation"
            ),
            models.UniqueConstraint(
                fields=["generation"],
                condition=Q(kind__in=["settle", "release"]),
                name="entry_one_resolution_per_generation",
            ),
            models.CheckConstraint(
                name="entry_shape_of_its_kind",
                condition=(_GIVEN & Q(kind="grant", amount__gt=0))
                | (_GIVEN & Q(kind="adjust") & ~Q(amount=0))
                | Q(kind="hold", amount__gt=0, generation__isnull=False, hold_amount__isnull=True)
                | (_OF_A_HOLD & Q(kind="release", amount__gt=0, amount=F("hold_amount")))
                | (_OF_A_HOLD & Q(kind="settle", amount__gte=0, amount__lte=F("hold_amount"))),
            ),
            models.CheckConstraint(
                name="entry_leaves_nothing_negative", condition=Q(balance_after__gte=0, held_after__gte=0)
            ),
            models.CheckConstraint(
                name="entry_grant_is_in_balance",
                condition=~Q(kind="grant") | Q(balance_after__gte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def signed_amount(self) -> int:
        """What it changed of the balance."""
        match self.kind:
            case self.Kind.HOLD:
                return -self.amount
            case self.Kind.SETTLE:
                return (self.hold_amount or 0) - self.amount
        return self.amount

    @property
    def words(self) -> str:
        """What happened, for the person whose credits they are."""
        match self.kind:
            case self.Kind.HOLD:
                return f"Held for a clip: {self.amount} credits"
            case self.Kind.SETTLE:
                return f"Clip made: {self.amount} credits spent"
            case self.Kind.RELEASE:
                return self.note or f"{self._what_ended()}: {self.amount} credits returned"
        return self.note

    def _what_ended(self) -> str:
        return (
            "Clip cancelled" if self.generation and self.generation.status == "cancelled" else "Clip failed"
        )


# What an entry adds to the credits that clips keep: held, until they are given back.
KEPT = Case(
    When(kind=Entry.Kind.HOLD, then=F("amount")),
    When(kind=Entry.Kind.RELEASE, then=-F("amount")),
    When(kind=Entry.Kind.SETTLE, then=F("amount") - F("hold_amount")),
    default=Value(0),
    output_field=models.IntegerField(),
)
