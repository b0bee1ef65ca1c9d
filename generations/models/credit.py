"""Credits: one account per user and its append-only entries, which only the ledger writes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generations.models.message_field import MessageField
from generations.texts import messages

# Far above any real sum, and far below the overflow of a 32-bit column.
MOST_CREDITS = 1_000_000_000


class Account(models.Model):
    """A user's available credits (``balance``) and those in open holds (``held``), in whole credits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, verbose_name=_("user")
    )
    balance = models.IntegerField(_("balance"), default=0)
    held = models.IntegerField(_("reserved"), default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0, balance__lte=MOST_CREDITS), name="account_balance_in_range"
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=MOST_CREDITS), name="account_held_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {messages.CREDITS(balance=self.balance, held=self.held)}"


# A comparison with NULL is neither true nor false, and passes a check constraint: NULL needs a condition.
_GIVEN = Q(actor__isnull=False, generation__isnull=True, hold_amount__isnull=True) & ~Q(note="")
_OF_A_HOLD = Q(generation__isnull=False, hold_amount__isnull=False)
_OF_A_CLIP = Q(amount__gt=0, generation__isnull=False, hold_amount__isnull=True)


# Entries never change, so the oldest starting credits keep an English note: their keys say what they are.
_STARTING_CREDITS = ("grant:invitation:", "grant:sign-up")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries by their meaning for an account."""

    def spending(self) -> Self:
        """Credits spent and not refunded later."""
        refunded = Entry.objects.filter(kind=Entry.Kind.REFUND, generation=OuterRef("generation"))
        return self.filter(~Exists(refunded), kind=Entry.Kind.SETTLE)


class Entry(models.Model):
    """One line of the ledger. The database refuses to change or delete it.

    ``amount`` is in credits and positive, except for a deduction by adjustment. Its effect on the account:
    grant and adjust add it to the balance; hold moves it from the balance to held; release moves it back;
    settle spends it from the hold and returns the rest of that hold, if any, to the balance; refund returns
    what a settle spent on a clip whose file never arrived.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", _("Granted")
        ADJUST = "adjust", _("Adjusted")
        HOLD = "hold", _("Reserved")
        SETTLE = "settle", _("Spent")
        RELEASE = "release", _("Returned")
        REFUND = "refund", _("Refunded")

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False)
    key = models.CharField(
        _("idempotency key"),
        max_length=80,
        help_text=_("Repeating a step with the same key writes only one entry."),
    )
    kind = models.CharField(_("type"), max_length=7, choices=Kind)
    amount = models.IntegerField(_("amount"))
    hold_amount = models.IntegerField(
        _("reserved amount"), null=True, help_text=_("The reservation that this entry settles or releases.")
    )
    balance_after = models.IntegerField(_("balance after"))
    held_after = models.IntegerField(_("reserved after"))
    generation = models.ForeignKey(
        "Generation", models.PROTECT, null=True, blank=True, related_name="entries"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    note = MessageField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        ordering = ["-id"]
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["account", "-id"], name="entry_newest_by_account"),
            models.Index(fields=["account", "kind", "-id"], name="entry_newest_by_kind"),
            models.Index(
                fields=["account", "created_at"], condition=Q(kind="settle"), name="entry_spent_by_account"
            ),
            models.Index(fields=["created_at"], condition=Q(kind="refund"), name="entry_refunded"),
        ]
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
            models.UniqueConstraint(
                fields=["generation"], condition=Q(kind="refund"), name="entry_one_refund_per_generation"
            ),
            models.CheckConstraint(
                name="entry_shape_of_its_kind",
                condition=(_GIVEN & Q(kind="grant", amount__gt=0))
                | (_GIVEN & Q(kind="adjust") & ~Q(amount=0))
                | (_OF_A_CLIP & Q(kind="hold"))
                | (_OF_A_CLIP & Q(kind="refund"))
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
        """The change of the balance."""
        match self.kind:
            case self.Kind.HOLD:
                return -self.amount
            case self.Kind.SETTLE:
                return (self.hold_amount or 0) - self.amount
        return self.amount

    @property
    def words(self) -> str:
        """What happened, for the owner of the account."""
        match self.kind:
            case self.Kind.HOLD:
                words = ngettext(
                    "Reserved for a clip: %(count)s credit",
                    "Reserved for a clip: %(count)s credits",
                    self.amount,
                )
            case self.Kind.SETTLE:
                words = ngettext(
                    "Clip generated: %(count)s credit spent",
                    "Clip generated: %(count)s credits spent",
                    self.amount,
                )
            case self.Kind.REFUND:
                words = ngettext(
                    "Clip file never arrived: %(count)s credit refunded",
                    "Clip file never arrived: %(count)s credits refunded",
                    self.amount,
                )
            case self.Kind.RELEASE if self.generation and self.generation.status == "cancelled":
                words = ngettext(
                    "Clip cancelled: %(count)s credit returned",
                    "Clip cancelled: %(count)s credits returned",
                    self.amount,
                )
            case self.Kind.RELEASE:
                words = ngettext(
                    "Clip failed: %(count)s credit returned",
                    "Clip failed: %(count)s credits returned",
                    self.amount,
                )
            case _:
                is_start = self.key.startswith(_STARTING_CREDITS)
                return str(messages.STARTING_CREDITS() if is_start else self.note)
        has_reason = self.kind in (self.Kind.REFUND, self.Kind.RELEASE) and self.note
        words %= {"count": self.amount}
        return f"{words} · {self.note}" if has_reason else words


# What an entry adds to the credits that clips use: held, until they are returned.
KEPT = Case(
    When(kind=Entry.Kind.HOLD, then=F("amount")),
    When(kind__in=[Entry.Kind.RELEASE, Entry.Kind.REFUND], then=-F("amount")),
    When(kind=Entry.Kind.SETTLE, then=F("amount") - F("hold_amount")),
    default=Value(0),
    output_field=models.IntegerField(),
)
