"""Give credits to people or deduct them: the form, its preview, and one transaction that is carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminTextInputWidget
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generations.accounts.access import may_grant
from generations.accounts.audit import Kind, record
from generations.admin.base import ConfirmForm, ConfirmPage, log_action
from generations.credits import ledger
from generations.credits.ledger import InsufficientCredits
from generations.models import Account, Entry, User
from generations.models.credit import MOST_CREDITS
from generations.texts.messages import CREDITS_GIVEN, CREDITS_REMOVED
from generations.texts.parsing import number_in

# One transaction for all of them, during which SQLite lets no one else write.
MOST_PEOPLE = 500
# Against a typing mistake; the ledger's own limit is far higher.
MOST_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Effect:
    """A person's balance before and after; ``after`` is None as long as no amount is known."""

    person: User
    before: int
    after: int | None

    @property
    def refusal(self) -> str:
        """Why it is not possible; empty if it is."""
        if self.after is None or 0 <= self.after <= MOST_CREDITS:
            return ""
        if self.after < 0:
            words = _("Not enough credits: %(person)s has %(credits)s.")
            return words % {"person": self.person, "credits": self.before}
        words = _("%(person)s would exceed the maximum of %(most)s credits.")
        return words % {"person": self.person, "most": MOST_CREDITS}


@dataclass(frozen=True)
class Decision:
    """An amount to give or deduct, and the people; ``token`` identifies it, so that it is carried out once."""

    people: Sequence[User]
    amount: int
    note: str
    token: UUID

    def __str__(self) -> str:
        values = {"credits": abs(self.amount), "person": self.people[0], "people": len(self.people)}
        if len(self.people) == 1 and self.amount > 0:
            return _("Give %(credits)s credits to %(person)s") % values
        if len(self.people) == 1:
            return _("Deduct %(credits)s credits from %(person)s") % values
        if self.amount > 0:
            return _("Give %(credits)s credits to each of %(people)s people") % values
        return _("Deduct %(credits)s credits from each of %(people)s people") % values

    @property
    def result(self) -> str:
        """Say what was done; for one person with the new balance."""
        values = {"credits": number_format(abs(self.amount)), "count": len(self.people)}
        if len(self.people) > 1:
            words = (
                _("%(credits)s credits given to each of %(count)s people.")
                if self.amount > 0
                else _("%(credits)s credits deducted from each of %(count)s people.")
            )
            return words % values
        [person] = self.people
        [effect] = effects_on(self.people)
        values |= {"person": person, "balance": number_format(effect.before)}
        if self.amount > 0:
            words = ngettext(
                "%(credits)s credit given to %(person)s. New balance: %(balance)s.",
                "%(credits)s credits given to %(person)s. New balance: %(balance)s.",
                self.amount,
            )
        else:
            words = ngettext(
                "%(credits)s credit deducted from %(person)s. New balance: %(balance)s.",
                "%(credits)s credits deducted from %(person)s. New balance: %(balance)s.",
                -self.amount,
            )
        return words % values


class CreditsForm(ConfirmForm):
    """The people, the amount and the reason."""

    people = forms.CharField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("Credits"),
        min_value=-MOST_AT_ONCE,
        max_value=MOST_AT_ONCE,
        widget=AdminIntegerFieldWidget,
        help_text=gettext_lazy("For each person. A negative number deducts credits."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("The reason. People see it in their ledger."),
    )

    def clean_people(self) -> list[User]:
        people = people_in(self.cleaned_data["people"])
        if not people:
            raise forms.ValidationError(_("Choose at least one person."), code="nobody")
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(_("Choose at most %(most)s people at once.") % {"most": MOST_PEOPLE})
        return people

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Enter an amount other than 0."), code="zero")
        return amount

    def decision(self) -> Decision:
        given = self.cleaned_data
        return Decision(given["people"], given["amount"], given["note"], given["token"] or uuid4())

    def check_effects(self) -> None:
        effects = effects_on(self.cleaned_data["people"], self.cleaned_data["amount"])
        refusals = [effect.refusal for effect in effects if effect.refusal]
        if refusals:
            self.add_error("amount", refusals)


class CreditsPage(ConfirmPage[CreditsForm]):
    model = User
    template = "admin/generations/user/credits.html"
    form_class = CreditsForm
    chosen = "people"

    def is_allowed(self, user: User) -> bool:
        return may_grant(user)

    def context(self, form: CreditsForm, ids: str, *, is_preview: bool) -> dict[str, object]:
        decision = form.decision() if is_preview else None
        return {
            "title": f"{decision}?" if decision else _("Give or deduct credits"),
            "decision": decision,
            # Each preview is a new decision; confirming one preview twice carries it out once.
            "token": uuid4(),
            "effects": effects_on(people_in(ids), decision.amount if decision else None),
        }

    def next_url(self, request: HttpRequest, form: CreditsForm) -> str:
        """Return to the drawer of the one person, or to the list the people were chosen from."""
        people = form.cleaned_data["people"]
        if len(people) == 1 and request.user.has_perm("generations.view_user"):
            return f"{reverse('people')}?person={people[0].pk}"
        return super().next_url(request, form)

    def carry_out(self, request: HttpRequest, form: CreditsForm, actor: User) -> bool:
        decision = form.decision()
        # Checked before the balances: the first time may have taken the last credits.
        is_new = not is_done(decision)
        if is_new:
            form.check_effects()
            if form.errors:
                return False
            try:
                is_new = carry_out(decision, actor=actor)
            except InsufficientCredits as refused:
                words = _("Someone spent credits in the meantime and now has only %(credits)s.")
                form.add_error("amount", words % {"credits": refused.available})
                return False
        if is_new:
            for person in decision.people:
                record(
                    Kind.CREDITS_CHANGED,
                    request,
                    target=person,
                    credits=decision.amount,
                    note=decision.note,
                )
            messages.success(request, decision.result)
        else:
            words = _("Already done, nothing changed: %(decision)s.")
            messages.warning(request, words % {"decision": decision})
        return True


def people_in(ids: str) -> list[User]:
    """Return the users of these ids, separated by commas, ordered by id; ignore anything else."""
    numbers = [number for each in ids.split(",") if (number := number_in(each)) is not None]
    return list(User.objects.filter(pk__in=numbers, deleted_at=None).order_by("pk"))


def effects_on(people: Sequence[User], amount: int | None = None) -> list[Effect]:
    """Return each person's balance, and what it would be after ``amount``."""
    balances = dict(Account.objects.filter(user__in=people).values_list("pk", "balance"))
    before = [(person, balances.get(person.pk, 0)) for person in people]
    return [Effect(person, has, None if amount is None else has + amount) for person, has in before]


def is_done(decision: Decision) -> bool:
    keys = [f"{kind}:{decision.token}" for kind in (Entry.Kind.GRANT, Entry.Kind.ADJUST)]
    return Entry.objects.filter(account__in=[person.pk for person in decision.people], key__in=keys).exists()


@transaction.atomic
def carry_out(decision: Decision, *, actor: User) -> bool:
    """Change and log every balance, or none; return False if this decision was carried out before.

    Raises InsufficientCredits if someone has spent the credits since the preview.
    """
    accounts = [ledger.account_for(person).pk for person in decision.people]
    # The second of two clicks waits here for the first; one order for all prevents a deadlock.
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=accounts).order_by("pk"))
    if is_done(decision):
        return False
    write = ledger.grant if decision.amount > 0 else ledger.adjust
    for person in decision.people:
        write(person, decision.amount, actor=actor, note=decision.note, key=str(decision.token))
    kind = CREDITS_GIVEN if decision.amount > 0 else CREDITS_REMOVED
    log_action(actor, decision.people, kind(credits=abs(decision.amount), note=decision.note))
    return True


CREDITS_PAGE = CreditsPage()
