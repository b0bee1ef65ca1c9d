"""Credits: an account per user and its append-only entries; written by the ledger alone."""

import re
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from generations import sentences

# Far above any sum that is real, and far below where a 32-bit column would overflow.
MOST_CREDITS = 1_000_000_000


class Account(models.Model):
    """What a user can spend (``balance``) and what open holds keep back (``held``), in whole credits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, verbose_name=_("user")
    )
    balance = models.IntegerField(_("balance"), default=0)
    held = models.IntegerField(_("held"), default=0)

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
        has = gettext(sentences.CREDITS) % {"balance": self.balance, "held": self.held}
        return f"{self.user}: {has}"


# A comparison with NULL is neither true nor false, which a check constraint lets pass: absence is said outright.
_GIVEN = Q(actor__isnull=False, generation__isnull=True, hold_amount__isnull=True) & ~Q(note="")
_OF_A_HOLD = Q(generation__isnull=False, hold_amount__isnull=False)


# The keys under which the machine gives and takes back: the rest was decided, and noted, by a person.
_FIRST_CREDITS = ("grant:invitation:", "grant:sign-up", "grant:first-run")
_MONTHLY = re.compile(r"(?P<kind>grant|adjust):monthly:\d+:(?P<year>\d{4})-(?P<month>\d\d)")
_MONTHLY_NOTES = {"grant": (sentences.MONTHLY, ", "), "adjust": (sentences.MONTHLY_UNSPENT, ": ")}


class Entry(models.Model):
    """One line of the ledger; never changed, never removed (the database refuses both).

    ``amount`` is positive credits, except for an adjustment, which may take some away. Its effect on the account:
    grant and adjust add it to the balance; hold moves it from the balance to held; release moves it back;
    settle spends it out of the hold and gives the rest of that hold, if any, back to the balance.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", _("Granted")
        ADJUST = "adjust", _("Adjusted")
        HOLD = "hold", _("Held")
        SETTLE = "settle", _("Spent")
        RELEASE = "release", _("Returned")

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    key = models.CharField(
        _("key"), max_length=80, help_text=_("One effect per key: the same step twice writes one entry.")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    amount = models.IntegerField(_("amount"))
    hold_amount = models.IntegerField(
        _("hold amount"), null=True, help_text=_("The hold that a settle or release resolves.")
    )
    balance_after = models.IntegerField(_("balance after"))
    held_after = models.IntegerField(_("held after"))
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
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("entry")
        ordering = ["-id"]
        verbose_name_plural = _("entries")
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
                words = ngettext(
                    "Held for a clip: %(count)s credit", "Held for a clip: %(count)s credits", self.amount
                )
                return words % {"count": self.amount}
            case self.Kind.SETTLE:
                words = ngettext(
                    "Clip made: %(count)s credit spent", "Clip made: %(count)s credits spent", self.amount
                )
                return words % {"count": self.amount}
            case self.Kind.RELEASE:
                words = self._returned() % {"count": self.amount}
                return f"{words} · {self.note}" if self.note else words
        return self._given()

    def _returned(self) -> str:
        if self.generation and self.generation.status == "cancelled":
            return ngettext(
                "Clip cancelled: %(count)s credit returned",
                "Clip cancelled: %(count)s credits returned",
                self.amount,
            )
        return ngettext(
            "Clip failed: %(count)s credit returned", "Clip failed: %(count)s credits returned", self.amount
        )

    def _given(self) -> str:
        """What a person noted, as it is; what the machine noted, which the key tells, in the reader's language."""
        if found := _MONTHLY.fullmatch(self.key):
            month = date_format(date(int(found["year"]), int(found["month"]), 1), "YEAR_MONTH_FORMAT")
            sentence, mark = _MONTHLY_NOTES[found["kind"]]
            return gettext(sentence) % {"group": self.note.rpartition(mark)[0], "month": month}
        return gettext(self.note) if self.key.startswith(_FIRST_CREDITS) else self.note


# What an entry adds to the credits that clips keep: held, until they are given back.
KEPT = Case(
    When(kind=Entry.Kind.HOLD, then=F("amount")),
    When(kind=Entry.Kind.RELEASE, then=-F("amount")),
    When(kind=Entry.Kind.SETTLE, then=F("amount") - F("hold_amount")),
    default=Value(0),
    output_field=models.IntegerField(),
)
