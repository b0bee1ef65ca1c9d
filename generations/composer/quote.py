"""What the form costs now, and why it may be refused. Changes nothing."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import ngettext

from generations.composer.form import GenerationForm
from generations.credits import ledger, limits
from generations.credits.ledger import InsufficientCredits
from generations.credits.limits import OverLimit
from generations.library.advice import advice_for
from generations.seedance.advice_types import Advice
from generations.seedance.parameters import SHORTEST
from generations.seedance.prices import RATES, Price


@dataclass(frozen=True)
class Affordable:
    """The best version of the clip that the balance pays for: one take, shorter or at a lower resolution."""

    resolution: str
    duration: int
    credits: int

    @property
    def command(self) -> str:
        """Return what its button posts."""
        return f"{self.resolution} {self.duration}"


def with_affordable(posted: QueryDict) -> QueryDict:
    """Return the form as if the affordable version in it had been chosen."""
    resolution, _, duration = posted.get("afford", "").partition(" ")
    if not resolution:
        return posted
    chosen = posted.copy()
    chosen["resolution"], chosen["duration"], chosen["takes"] = resolution, duration, "1"
    return chosen


@dataclass(frozen=True)
class Quote:
    """The price of all takes, the available balance, and warnings about Seedance's limits."""

    price: Price
    takes: int
    balance: int
    advice: list[Advice]
    over: OverLimit | None = None
    # Whether the studio asks for confirmation at this price, and the user has not confirmed yet.
    asks_confirmation: bool = False

    @classmethod
    def for_form(cls, form: GenerationForm) -> "Quote | None":
        """Return the quote; None while fields that determine the price are invalid."""
        price = form.price()
        if price is None:
            return None
        takes, cost = form.take_count, price.credits * form.take_count
        is_valid = form.is_bound and form.is_valid()
        confirmed = (form.cleaned_data.get("confirmed") or 0) if is_valid else 0
        allowance = limits.limits_for(form.user)
        return cls(
            price,
            takes,
            ledger.account_for(form.user).balance,
            advice_for(form.user, form.recipe()) if is_valid else [],
            over=limits.over_limit(form.user, cost, clips=takes, allowance=allowance),
            # The user confirms a sum, so ask again if the form has become more expensive.
            asks_confirmation=allowance.asks_about(cost) and confirmed < cost,
        )

    @property
    def credits(self) -> int:
        """Return the total credits of all takes."""
        return self.price.credits * self.takes

    @property
    def balance_after(self) -> int:
        return self.balance - self.credits

    @property
    def missing(self) -> int:
        return max(0, -self.balance_after)

    @property
    def affordable(self) -> Affordable | None:
        """Return what the balance pays for; None while it pays for all, or for nothing."""
        if not self.missing:
            return None
        variant, is_doubled = self.price.variant, self.is_doubled
        resolution = variant.removesuffix("-refvid")
        lower = [each for each in RATES if not each.endswith("-refvid") and RATES[each] <= RATES[resolution]]
        # The same resolution if it can be kept, else as long as the balance lasts.
        for each in sorted(lower, key=lambda name: -RATES[name]):
            rate = RATES[f"{each}-refvid" if is_doubled else each]
            seconds = min(self.price.seconds, self.balance // rate)
            if seconds >= SHORTEST:
                return Affordable(each, seconds, seconds * rate)
        return None

    @property
    def usual_rate(self) -> int:
        """Return the credits per second without a reference video."""
        return RATES[self.price.variant.removesuffix("-refvid")]

    @property
    def is_doubled(self) -> bool:
        return self.price.rate != self.usual_rate

    @property
    def refusal(self) -> str:
        """Return why Generate would be refused now; empty if it would not. Ignores other form errors."""
        if self.missing:
            return refusal_of(InsufficientCredits(self.credits, self.balance), takes=self.takes)
        return self.over.words if self.over else ""

    @property
    def is_refused(self) -> bool:
        return bool(self.missing or self.over)

    @property
    def objection(self) -> ValidationError | None:
        """Return the confirmation to ask for, or the refusal if confirming would not help."""
        if not self.asks_confirmation:
            return None
        if self.is_refused:
            return ValidationError(self.refusal, code="refused")
        question = ngettext(
            "This clip costs %(cost)d credits. Generate anyway?",
            "These %(takes)d takes cost %(cost)d credits. Generate anyway?",
            self.takes,
        )
        return ValidationError(question, code="confirm", params={"takes": self.takes, "cost": self.credits})


def refusal_of(error: InsufficientCredits | OverLimit, *, takes: int) -> str:
    """Return the message for takes that can't be paid for."""
    if isinstance(error, OverLimit):
        return error.words
    words = ngettext(
        "Not enough credits: this clip costs %(needed)d, you need %(missing)d more.",
        "Not enough credits: these %(takes)d takes cost %(needed)d, you need %(missing)d "
        "more. Nothing was generated.",
        takes,
    )
    return words % {"missing": error.missing, "needed": error.needed, "takes": takes}
