"""The studio: the composer, its price, and the feed that updates itself while something runs."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from generations import ledger, lifecycle, seedance, tasks
from generations.access import generations_for
from generations.forms import GenerationForm
from generations.ledger import InsufficientCredits
from generations.models import Generation
from generations.views.requests import SignedInRequest

FEED_PAGE = 24


@dataclass(frozen=True)
class Priced:
    """A quote beside what it leaves of this user's balance."""

    quote: seedance.Quote
    balance_after: int
    advice: list[seedance.Advice]

    @property
    def missing(self) -> int:
        return max(0, -self.balance_after)


@require_GET
def studio(request: SignedInRequest) -> HttpResponse:
    """Composer and feed."""
    return _studio_page(request, GenerationForm(initial={"submission": uuid4()}))


@require_POST
def quote(request: SignedInRequest) -> HttpResponse:
    """The price and the errors of the form as it stands; an empty prompt is no error yet."""
    form = GenerationForm(request.POST, is_draft=True)
    return _quote_fragment(request, form)


@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Hold the credits and queue the clip."""
    form = GenerationForm(request.POST)
    if form.is_valid():
        try:
            lifecycle.create(request.user, form.recipe(), submission=form.submission_key())
        except InsufficientCredits as error:
            form.add_error(None, f"{error.missing} credits are missing: this clip costs {error.needed}.")
    if not form.is_valid():
        return _quote_fragment(request, form) if request.htmx else _studio_page(request, form)
    tasks.admit_later()
    if not request.htmx:
        return redirect("studio")
    response = _quote_fragment(request, form, notice="Queued. It appears in the feed.", submission=uuid4())
    return trigger_client_event(trigger_client_event(response, "generation-created"), "credits-changed")


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


def _studio_page(request: SignedInRequest, form: GenerationForm) -> HttpResponse:
    feed = _feed(request)
    context = {
        **_quote_context(request, form),
        "feed": feed,
        "is_live": generations_for(request.user).filter(status__in=Generation.ACTIVE).exists(),
        "is_inserting": feed.number == 1,
    }
    return render(request, "generations/studio.html", context, status=_status_of(form))


def _feed(request: SignedInRequest) -> Page[Generation]:
    return Paginator(generations_for(request.user), FEED_PAGE).get_page(request.GET.get("page"))


def _quote_fragment(
    request: SignedInRequest, form: GenerationForm, *, notice: str = "", submission: UUID | None = None
) -> HttpResponse:
    context = {**_quote_context(request, form), "notice": notice, "is_oob": True}
    if submission:
        context["submission"] = submission
    return render(request, "generations/_quote.html", context, status=_status_of(form))


def _quote_context(request: SignedInRequest, form: GenerationForm) -> dict[str, object]:
    return {
        "form": form,
        "priced": _price(request, form),
        "submission": form["submission"].value() or uuid4(),
    }


def _price(request: SignedInRequest, form: GenerationForm) -> Priced | None:
    found = form.quote()
    if found is None:
        return None
    balance = ledger.account_for(request.user).balance
    recipe = form.recipe() if form.is_bound and form.is_valid() else None
    return Priced(found, balance - found.credits, seedance.advice(recipe) if recipe else [])


def _status_of(form: GenerationForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
