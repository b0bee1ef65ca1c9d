"""The studio: the composer, its price, and the feed that updates itself while something runs."""

import json
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from generations import caps, expecting, guide, ledger, library, lifecycle, seedance, tasks
from generations import tray as trays
from generations.access import generations_for
from generations.advice import Advice
from generations.caps import OverCap
from generations.finding import NEWEST, page_of
from generations.forms import GenerationForm
from generations.ledger import InsufficientCredits
from generations.models import Generation, Preset
from generations.tray import Tray
from generations.views.beginning import begun_with, initial_of, laid_over
from generations.views.gallery import addresses, place_in
from generations.views.requests import SignedInRequest
from generations.views.tiles import token_notes, tray_view

FEED_PAGE = 24


@dataclass(frozen=True)
class Priced:
    """A quote for so many takes, what they leave of this user's balance, and what stands against paying now."""

    quote: seedance.Quote
    takes: int
    balance: int
    advice: list[Advice]
    over: OverCap | None = None
    asks: bool = False

    @property
    def credits(self) -> int:
        """Of all takes together."""
        return self.quote.credits * self.takes

    @property
    def balance_after(self) -> int:
        return self.balance - self.credits

    @property
    def missing(self) -> int:
        return max(0, -self.balance_after)

    @property
    def usual_rate(self) -> int:
        """Credits a second without a reference video."""
        return seedance.RATES[self.quote.variant.removesuffix("-refvid")]

    @property
    def is_doubled(self) -> bool:
        return self.quote.rate != self.usual_rate

    @property
    def is_refused(self) -> bool:
        """Whether Generate would be refused now, whatever the rest of the form says."""
        return bool(self.missing or self.over)


@require_GET
def studio(request: SignedInRequest) -> HttpResponse:
    """Composer and feed; a clip or files named in the address are in the composer already."""
    if request.htmx.target == "feed-more":
        return render(request, "generations/_feed_page.html", _feed(request))
    over = laid_over(request)
    begun = {} if over else begun_with(request)
    form = GenerationForm(user=request.user, initial={"submission": uuid4(), **begun, **initial_of(over)})
    return studio_page(
        request,
        form,
        is_given=bool(begun),
        is_reused="prompt" in begun,
        begun=json.dumps(over) if over else "",
    )


@require_POST
def quote(request: SignedInRequest) -> HttpResponse:
    """The price and the errors of the form as it stands; an empty prompt is no error yet."""
    form = GenerationForm(request.POST, user=request.user, is_draft=True)
    return _quote_fragment(request, form) if request.htmx else studio_page(request, form)


@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Hold the credits and queue the clip, or all of its takes."""
    return submitted(request, GenerationForm(request.POST, user=request.user))


def submitted(request: SignedInRequest, form: GenerationForm) -> HttpResponse:
    """The answer to a composer that was sent off, wherever its form came from."""
    if form.is_valid() and _is_agreed(request, form):
        _make(request, form)
    if not form.is_valid():
        return _quote_fragment(request, form) if request.htmx else studio_page(request, form)
    tasks.admit_later()
    if not request.htmx:
        return redirect("studio")
    response = _quote_fragment(request, form, notice=_queued(form.take_count), submission=uuid4())
    return trigger_client_event(trigger_client_event(response, "generation-created"), "credits-changed")


def _is_agreed(request: SignedInRequest, form: GenerationForm) -> bool:
    """Whether the price was agreed to a second time where the studio asks; else the form says so.

    What is agreed to is a sum: a form made dearer since then is asked about again. Nobody is asked about what they
    cannot have; that is refused here, for by the time it were made there might be room for it.
    """
    priced = _price(request, form)
    if priced is None or not priced.asks:
        return True
    if (form.cleaned_data["confirmed"] or 0) >= priced.credits:
        return True
    if priced.is_refused:
        form.add_error(None, _refusal(priced))
        return False
    words = ngettext(
        "This clip costs %(cost)d credits. Press the button once more if you want it.",
        "These %(takes)d takes cost %(cost)d credits. Press the button once more if you want them.",
        priced.takes,
    )
    told = {"takes": priced.takes, "cost": priced.credits}
    form.add_error(None, ValidationError(words % told, code="confirm"))
    return False


def _refusal(priced: Priced) -> str:
    """What making it would be refused with, for a price that is."""
    if priced.over and not priced.missing:
        return priced.over.words
    return _missing(InsufficientCredits(priced.credits, priced.balance), priced.takes)


def _queued(takes: int) -> str:
    if takes == 1:
        return _("Queued. It appears in the feed.")
    return _("%(takes)d takes are queued. They appear in the feed.") % {"takes": takes}


def _make(request: SignedInRequest, form: GenerationForm) -> None:
    """Hold and queue; what stands against it is told in the form."""
    try:
        lifecycle.create_takes(
            request.user,
            form.recipe(),
            submission=form.submission_key(),
            takes=form.take_count,
            parent=_parent_of(request, form),
        )
    except InsufficientCredits as error:
        form.add_error(None, _missing(error, form.take_count))
    except OverCap as error:
        form.add_error(None, error.words)


def _missing(error: InsufficientCredits, takes: int) -> str:
    words = ngettext(
        "%(missing)d credits are missing: this clip costs %(needed)d.",
        "%(missing)d credits are missing: these %(takes)d takes cost %(needed)d. Nothing was made.",
        takes,
    )
    return words % {"missing": error.missing, "needed": error.needed, "takes": takes}


def _parent_of(request: SignedInRequest, form: GenerationForm) -> Generation | None:
    """The clip it was begun with; another's, or one that is gone, is none."""
    pk = form.cleaned_data["parent"]
    return generations_for(request.user).filter(pk=pk).first() if pk else None


def studio_page(request: SignedInRequest, form: GenerationForm, **more: object) -> HttpResponse:
    """Composer and feed, whatever form is in the composer."""
    context = {
        **_quote_context(request, form),
        "tray": tray_view(request.user, _tray_of(form), _prompt_of(form)),
        "starters": guide.STARTERS,
        "presets": Preset.objects.seen_by(request.user),
        **more,
        **_feed(request),
        "is_live": generations_for(request.user).filter(status__in=Generation.ACTIVE).exists(),
    }
    return render(request, "generations/studio.html", context, status=_status_of(form))


def _feed(request: SignedInRequest) -> dict[str, Any]:
    drawn = timezone.now().isoformat()
    place = place_in(request)
    page = page_of(generations_for(request.user), NEWEST, size=FEED_PAGE, **place)
    expecting.foretell(page.clips)
    return {"feed": page.clips, "insert": drawn, **addresses("studio", page, place=place)}


def _quote_fragment(
    request: SignedInRequest, form: GenerationForm, *, notice: str = "", submission: UUID | None = None
) -> HttpResponse:
    context = {**_quote_context(request, form), "notice": notice, "is_oob": True}
    if submission:
        # A fresh form: what is made with it next is no child of what it was begun with.
        context |= {"submission": submission, "parent": ""}
    return render(request, "generations/_quote.html", context, status=_status_of(form))


def _quote_context(request: SignedInRequest, form: GenerationForm) -> dict[str, object]:
    return {
        "form": form,
        "priced": _price(request, form),
        "is_asking": form.has_error(NON_FIELD_ERRORS, "confirm") if form.is_bound else False,
        "submission": form["submission"].value() or uuid4(),
        "token_notes": token_notes(_tray_of(form), _prompt_of(form)),
        "parent": form["parent"].value() or "",
    }


def _tray_of(form: GenerationForm) -> Tray:
    """The files it names, right or wrong."""
    if form.is_bound:
        return trays.posted(cast(QueryDict, form.data))
    given = {role: form.initial.get(role) or () for role in trays.ROLES}
    return Tray({role: (files,) if isinstance(files, str) else tuple(files) for role, files in given.items()})


def _prompt_of(form: GenerationForm) -> str:
    return str(form["prompt"].value() or "")


def _price(request: SignedInRequest, form: GenerationForm) -> Priced | None:
    found = form.quote()
    if found is None:
        return None
    balance = ledger.account_for(request.user).balance
    recipe = form.recipe() if form.is_bound and form.is_valid() else None
    allowance = caps.allowance_for(request.user)
    takes, cost = form.take_count, found.credits * form.take_count
    return Priced(
        found,
        takes,
        balance,
        library.advice_for(request.user, recipe) if recipe else [],
        over=caps.over(request.user, cost, clips=takes, allowance=allowance),
        asks=allowance.asks_about(cost),
    )


def _status_of(form: GenerationForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
