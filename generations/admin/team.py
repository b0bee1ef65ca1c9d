"""People: a list with balance, spending and limits, a drawer to change them, and deleting a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations import tasks
from generations.accounts import roles
from generations.accounts.access import VIEW_PEOPLE, may_grant, may_limit
from generations.accounts.audit import Kind, record, record_person_change
from generations.admin.base import actor_of, needs, panel_page
from generations.admin.configuration import InviteForm
from generations.admin.give_credits import CreditsForm
from generations.admin.people import Listed, with_activity
from generations.lifecycle.erase import belongings_of, erase_person
from generations.lifecycle.personal_data import zip_response
from generations.models import Caps, Spending, User
from generations.models.caps import CAP_NAMES
from generations.texts.days import midnight
from generations.texts.parsing import number_in

PAGE_SIZE = 50
# Each order ends with the name, so that pages never overlap.
ORDERS = {
    "": ("username",),
    "balance": ("-balance", "username"),
    "spent": ("-spent_this_month", "username"),
    "newest": ("-date_joined", "username"),
}


class FilterForm(forms.Form):
    """Search, status and order of the list. Invalid values filter nothing."""

    q = forms.CharField(label=gettext_lazy("Name or email"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("Everyone")),
            ("active", gettext_lazy("Active")),
            ("deactivated", gettext_lazy("Deactivated")),
            ("staff", gettext_lazy("With access to this panel")),
        ],
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("Name")),
            ("balance", gettext_lazy("Highest balance")),
            ("spent", gettext_lazy("Most spent this month")),
            ("newest", gettext_lazy("Newest")),
        ],
    )


class LimitsForm(forms.ModelForm):
    """The five limits of a person, or of the studio."""

    class Meta:
        model = Caps
        fields = CAP_NAMES


@dataclass(frozen=True)
class Drawer:
    """One person, and the forms that the reader may use."""

    person: Listed
    roles: Sequence[str]
    credits: CreditsForm | None
    limits: LimitsForm | None
    may_deactivate: bool

    @property
    def last_active(self) -> datetime | None:
        return last_active(self.person)


def last_active(person: Listed) -> datetime | None:
    """Return the latest of sign-in, session activity and clip."""
    return max(filter(None, (person.last_login, person.last_seen, person.last_clip)), default=None)


@needs(VIEW_PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show the list, with the drawer of ``?person=`` beside it."""
    return _page(request)


def _page(request: HttpRequest, drawer: Drawer | None = None, *, status: int = 200) -> HttpResponse:
    form = FilterForm(request.GET)
    form.is_valid()
    found = _filtered(form.cleaned_data)
    number = number_in(request.GET.get("person", ""))
    if not drawer and number is not None:
        listed = _with_month(User.objects.filter(pk=number, deleted_at=None)).first()
        drawer = _drawer(request, listed) if listed else None
    may_invite = request.user.has_perm("generations.add_invitation")
    page = Paginator(found.select_related("caps"), PAGE_SIZE).get_page(request.GET.get("page"))
    person: Listed
    for person in page.object_list:
        person.last_active = last_active(person)
    query = request.GET.copy()
    for name in ("page", "person", "invite"):
        query.pop(name, None)
    context: dict[str, object] = {
        "title": _("People"),
        "filters": form,
        "page": page,
        "query": query.urlencode(),
        "drawer": drawer,
        "invite": InviteForm(actor=actor_of(request)) if may_invite and "invite" in request.GET else None,
        "may_invite": may_invite,
        "studio_limits": Caps.objects.filter(user=None).first(),
    }
    return panel_page(request, "admin/people.html", context, status=status)


def _filtered(wanted: dict[str, Any]) -> QuerySet[User]:
    found = _with_month(User.objects.filter(deleted_at=None))
    if words := wanted.get("q"):
        names = ("username", "email", "first_name", "last_name")
        matches = Q()
        for name in names:
            matches |= Q(**{f"{name}__mentions": words})
        found = found.filter(matches)
    match wanted.get("status"):
        case "active":
            found = found.filter(is_active=True)
        case "deactivated":
            found = found.filter(is_active=False)
        case "staff":
            found = found.filter(is_staff=True)
    return found.order_by(*ORDERS[wanted.get("order") or ""])


def _with_month(people: QuerySet[User]) -> QuerySet[User]:
    """Add what each person has spent since the 1st."""
    first = midnight(timezone.localdate().replace(day=1))
    spent = Spending.objects.filter(account=OuterRef("pk"), quarter__gte=first).order_by().values("account")
    total = Subquery(spent.annotate(total=Sum("credits")).values("total"), output_field=IntegerField())
    sessions = UserSession.objects.filter(user=OuterRef("pk")).order_by("-last_seen_at")
    return with_activity(people).annotate(
        spent_this_month=Coalesce(total, 0), last_seen=Subquery(sessions.values("last_seen_at")[:1])
    )


def _drawer(request: HttpRequest, person: Listed, limits: LimitsForm | None = None) -> Drawer:
    credits = CreditsForm(initial={"people": person.pk}) if may_grant(request.user) else None
    if limits is None and may_limit(request.user):
        limits = LimitsForm(instance=Caps.objects.filter(user=person).first())
    names = [str(roles.NAMES.get(name, name)) for name in person.groups.values_list("name", flat=True)]
    return Drawer(person, names, credits, limits, may_deactivate=may_change(request, person))


def may_change(request: HttpRequest, person: User) -> bool:
    """Whether the reader may deactivate or delete this person: the panel's own rule, and never themselves."""
    rule = admin.site.get_model_admin(User)
    return person.pk != request.user.pk and bool(rule.has_change_permission(request, person))


@needs("generations.change_caps")
@require_POST
def limits(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the limits of one person."""
    if not may_limit(request.user):
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk, deleted_at=None)
    row = Caps.objects.filter(user=person).first() or Caps(user=person)
    form = LimitsForm(request.POST, instance=row)
    if not form.is_valid():
        shown = get_object_or_404(_with_month(User.objects.all()), pk=pk)
        return _page(request, _drawer(request, shown, form), status=422)
    if form.has_changed():
        form.save()
        record(Kind.CHANGED, request, target=person, model="caps", name=str(row), fields=form.changed_data)
    messages.success(request, _("Limits of %(person)s saved.") % {"person": person})
    return redirect(f"{reverse('people')}?person={pk}")


@needs("generations.change_user")
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate a person, which ends their sessions, or let them in again."""
    person = get_object_or_404(User, pk=pk, deleted_at=None)
    if not may_change(request, person):
        raise PermissionDenied
    person.is_active = request.POST.get("active") == "yes"
    person.save(update_fields=["is_active"])
    record_person_change(request, person, ["is_active"])
    words = _("%(person)s can sign in again.") if person.is_active else _("%(person)s was deactivated.")
    messages.success(request, words % {"person": person})
    return redirect(f"{reverse('people')}?person={pk}")


DELETE = "generations.delete_user"


class ConfirmNameForm(forms.Form):
    """The name of the person, typed: a click is too easily made."""

    name = forms.CharField(max_length=150)

    def __init__(self, *args: object, person: User, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._person = person
        self.fields["name"].label = _("Type %(name)s to confirm") % {"name": person.username}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self._person.username:
            raise forms.ValidationError(_("This is not the name of the person."))
        return name


@needs(DELETE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes; a POST with the right name erases it."""
    person = _person_for(request, pk)
    is_post = request.method == "POST"
    form = ConfirmNameForm(request.POST if is_post else None, person=person)
    belongings = belongings_of(person)
    if is_post and form.is_valid():
        if erase_person(person, actor=actor_of(request)):
            tasks.erase_people_later()
            counts = {name: getattr(belongings, name) for name in ("clips", "files", "credits")}
            record(Kind.PERSON_DELETED, request, target=person, **counts)
            words = _("Deleted. The ledger now names them “%(person)s”.")
            messages.success(request, words % {"person": person})
        return redirect("people")
    context: dict[str, object] = {
        "title": _("Delete %(person)s") % {"person": person},
        "person": person,
        "form": form,
        "belongings": belongings,
    }
    return panel_page(request, "admin/delete_person.html", context, status=422 if is_post else 200)


@needs(DELETE)
@require_safe
def export_person(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Download everything about a person; the audit log names who did."""
    person = _person_for(request, pk)
    record(Kind.EXPORTED, request, target=person, what="personal data")
    return zip_response(person)


def _person_for(request: HttpRequest, pk: int) -> User:
    person = get_object_or_404(User, pk=pk, deleted_at=None)
    if not may_change(request, person):
        raise PermissionDenied
    return person
