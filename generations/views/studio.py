"""The studio: the composer, its price, and the feed that updates itself while something runs."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from generations import caps, ledger, library, lifecycle, seedance, tasks
from generations import tray as trays
from generations.access import generations_for
from generations.advice import Advice
from generations.caps import OverCap
from generations.finding import NEWEST, page_of
from generations.forms import GenerationForm
from generations.ledger import InsufficientCredits
from generations.models import Generation
from generations.tray import Tray
from generations.views.beginning import begun_with
from generations.views.gallery import addresses, place_in, within
from generations.views.requests import SignedInRequest
from generations.views.tiles import token_notes, tray_view

FEED_PAGE = 24


@dataclass(frozen=True)
class Priced:
    """A quote beside what it leaves of this user's balance, and what stands against paying it now."""

    quote: seedance.Quote
    balance_after: int
    advice: list[Advice]
    over: OverCap | None = None
    asks: bool = False

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
    begun = begun_with(request)
    form = GenerationForm(user=request.user, initial={"submission": uuid4(), **begun})
    return studio_page(request, form, is_given=bool(begun), is_reused="prompt" in begun)


@require_POST
def quote(request: SignedInRequest) -> HttpResponse:
    """The price and the errors of the form as it stands; an empty prompt is no error yet."""
    form = GenerationForm(request.POST, user=request.user, is_draft=True)
    return _quote_fragment(request, form) if request.htmx else studio_page(request, form)


@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Hold the credits and queue the clip."""
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
    response = _quote_fragment(request, form, notice="Queued. It appears in the feed.", submission=uuid4())
    return trigger_client_event(trigger_client_event(response, "generation-created"), "credits-changed")


def _is_agreed(request: SignedInRequest, form: GenerationForm) -> bool:
    """Whether the price was agreed to a second time where the studio asks; else the form says so.

    What is agreed to is a sum: a form made dearer since then is asked about again.
    """
    priced = _price(request, form)
    if priced is None or priced.is_refused or not priced.asks:
        return True
    if (form.cleaned_data["confirmed"] or 0) >= priced.quote.credits:
        return True
    words = f"This clip costs {priced.quote.credits} credits. Press the button once more if you want it."
    form.add_error(None, ValidationError(words, code="confirm"))
    return False


def _make(request: SignedInRequest, form: GenerationForm) -> None:
    """Hold and queue; what stands against it is told in the form."""
    try:
        lifecycle.create(
            request.user, form.recipe(), submission=form.submission_key(), parent=_parent_of(request, form)
        )
    except InsufficientCredits as error:
        form.add_error(None, f"{error.missing} credits are missing: this clip costs {error.needed}.")
    except OverCap as error:
        form.add_error(None, error.words)


def _parent_of(request: SignedInRequest, form: GenerationForm) -> Generation | None:
    """The clip it was begun with; another's, or one that is gone, is none."""
    pk = form.cleaned_data["parent"]
    return generations_for(request.user).filter(pk=pk).first() if pk else None


@require_GET
def updates(request: SignedInRequest) -> HttpResponse:
    """What has changed since the page showed it: one request a page; 204 where nothing has."""
    showing = dict(filter(None, map(_read_showing, request.GET.getlist("showing")[:200])))
    shown = generations_for(request.user).filter(pk__in=showing)
    changed = [each for each in shown if each.stamp != showing[each.pk]]
    active = list(generations_for(request.user).filter(status__in=Generation.ACTIVE))
    is_inserting = "insert" in request.GET
    created = [each for each in reversed(active) if each.pk not in showing] if is_inserting else []
    if not (changed or created) and active:
        return HttpResponse(status=204)
    context = {"changed": changed, "created": created, "is_live": bool(active), "is_inserting": is_inserting}
    if "within" in request.GET:
        query = request.GET["within"]
        context |= {"is_selecting": True, "query": query, "within": within(query)}
    response = render(request, "generations/_updates.html", context)
    # Its hold is spent or given back by now, so that what the composer says of the balance is old.
    has_ended = any(not each.is_active for each in changed)
    return trigger_client_event(response, "generation-ended") if has_ended else response


def _read_showing(value: str) -> tuple[UUID, str] | None:
    """A card's id and the stamp it was drawn with."""
    pk, _, stamp = value.partition(".")
    try:
        return UUID(pk), stamp
    except ValueError:
        return None


def studio_page(request: SignedInRequest, form: GenerationForm, **more: object) -> HttpResponse:
    """Composer and feed, whatever form is in the composer."""
    context = {
        **_quote_context(request, form),
        "tray": tray_view(request.user, _tray_of(form), _prompt_of(form)),
        **more,
        **_feed(request),
        "is_live": generations_for(request.user).filter(status__in=Generation.ACTIVE).exists(),
        "is_inserting": True,
    }
    return render(request, "generations/studio.html", context, status=_status_of(form))


def _feed(request: SignedInRequest) -> dict[str, Any]:
    place = place_in(request)
    page = page_of(generations_for(request.user), NEWEST, size=FEED_PAGE, **place)
    return {"feed": page.clips, **addresses("studio", page, place=place)}


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
    return Priced(
        found,
        balance - found.credits,
        library.advice_for(request.user, recipe) if recipe else [],
        over=caps.over(request.user, found.credits, allowance=allowance),
        asks=allowance.asks_about(found.credits),
    )


def _status_of(form: GenerationForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
