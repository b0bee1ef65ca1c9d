"""What the lists and pages of the panel share: what is read-only, recorded, counted, searched, and confirmed."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Generic, TypeVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

from generations.accounts.audit import Kind, record, record_person_change
from generations.models import Generation, User
from generations.models.prompt_search import in_anybodys_prompts
from generations.texts.message import Message
from generations.texts.stored_message import decode, encode

# Rows that a list counts and pages through. Older ones are found by filters and by search.
MOST_LISTED = 10_000
# Of each way to find a clip, its newest.
MOST_FOUND = 500
MOST_PEOPLE = 20


class BoundedPaginator(Paginator):
    """Count no further than ``MOST_LISTED``: a count of the table would cost more than the page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[:MOST_LISTED].count()
        return counted


class PeopleFilter(admin.RelatedFieldListFilter):
    """The people some row refers to: an index asked once for each person, rather than every row read."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        rows: type[Model] = field.model
        used = Exists(rows._default_manager.filter(**{field.name: OuterRef("pk")}).order_by())
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[Any, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to=Q(used)
        )
        return choices


def clips_found(term: str) -> set[UUID]:
    """Return clips by words of the prompt, a person's name, or the start of the id of clip, job or request."""
    newest = Generation.objects.order_by("-created_at", "-id").values_list("pk", flat=True)
    ways = [
        # Without an order: SQLite would walk through all clips to keep it.
        newest.order_by().filter(in_anybodys_prompts(term, most=MOST_FOUND)),
        newest.order_by().filter(_starting("job_id", term)),
        newest.order_by().filter(_starting("request_id", term)).exclude(request_id=""),
    ]
    if people := people_found(term):
        ways.append(newest.filter(user__in=people))
    if span := ids_starting_with(term):
        ways.append(newest.filter(pk__range=span))
    return {pk for way in ways for pk in way[:MOST_FOUND]}


def _starting(column: str, term: str) -> Q:
    """Match the start of a text, by a range that an index answers on both databases."""
    last = f"{term}\U0010ffff"
    return Q(**{f"{column}__gte": term, f"{column}__lt": last, f"{column}__startswith": term})


def entries_found(term: str) -> Q:
    """Match entries by a person, the start of a clip's id, or the note of one that is of no clip."""
    matches = Q(account__in=people_found(term)) | Q(generation=None, note__mentions=term)
    if span := ids_starting_with(term):
        clips = Generation.objects.filter(pk__range=span).order_by().values_list("pk", flat=True)
        matches |= Q(generation__in=clips)
    return matches


def people_found(term: str) -> list[int]:
    named = User.objects.filter(Q(username__mentions=term) | Q(email__mentions=term))
    return list(named.order_by("username").values_list("pk", flat=True)[:MOST_PEOPLE])


def ids_starting_with(term: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last id that starts with these hexadecimal digits; None for other terms."""
    digits = term.replace("-", "").lower()
    if not 4 <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


# Shown where there is no value. A method has to return it, or the page of a row shows "None".
NOTHING = "–"


class _ReadOnly:
    """No one adds, changes or deletes these rows in the panel."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadableHistory(admin.ModelAdmin):
    """The page of a row's history, with messages rendered."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            for entry in response.context_data["action_list"]:
                entry.change_message = describe(entry)
        return response


class ReadOnlyAdmin(_ReadOnly, ReadableHistory):
    """A list and a page for each row, with a link to where the product shows it."""

    # A search would count the whole table once more.
    show_full_result_count = False
    paginator = BoundedPaginator

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None


class ReadOnlyInline(_ReadOnly, admin.TabularInline):
    """Rows as a plain table, left out where there are none."""

    template = "admin/generations/_rows.html"
    extra = 0


def log_action(actor: User, rows: Sequence[Model], message: Message, flag: int = CHANGE) -> None:
    """Write one log entry for each row."""
    LogEntry.objects.log_actions(actor.pk, rows, flag, change_message=encode(message))


def describe(entry: LogEntry) -> str:
    """Return the message of a log entry in the reader's language."""
    return str(decode(entry.get_change_message()))


View = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[View], View]:
    """Refuse people without this permission, before the method is looked at."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **options)

        return checked

    return decorate


def panel_page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> TemplateResponse:
    """Render a page in the frame of the admin: its header, navigation and notices."""
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)


def actor_of(request: HttpRequest) -> User:
    """Return who is signed in; the admin lets no one else this far."""
    assert isinstance(request.user, User)  # noqa: S101 - for the types alone
    return request.user


class ConfirmForm(forms.Form):
    """Chosen rows and a note. All ids share one field, because Django reads at most a thousand fields."""

    def check_effects(self) -> None:
        """Add an error for each effect that is not possible."""


F = TypeVar("F", bound=ConfirmForm)


class ConfirmPage(Generic[F]):
    """The form, its preview and the confirmed action, at one URL."""

    model: type[Model]
    template: str
    form_class: type[F]
    # The field of the form, and of the query string, that lists the ids of the chosen rows.
    chosen: str

    def is_allowed(self, user: User) -> bool:
        raise NotImplementedError

    def context(self, form: F, ids: str, *, is_preview: bool) -> dict[str, object]:
        """Return the title and the effects to show for the rows in ``ids``."""
        raise NotImplementedError

    def carry_out(self, request: HttpRequest, form: F, actor: User) -> bool:
        """Act and report it in a message; add an error and return False where it is not possible."""
        raise NotImplementedError

    def next_url(self, request: HttpRequest, form: F) -> str:
        """Return where to go after the action."""
        return reverse(f"admin:generations_{self.model._meta.model_name}_changelist")

    def first_page(self, request: HttpRequest, ids: str) -> HttpResponse:
        return self._show(request, self.form_class(initial={self.chosen: ids}))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def view(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User) or not self.is_allowed(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self.first_page(request, request.GET.get(self.chosen, ""))
        form = self.form_class(request.POST)
        is_confirmed = "confirm" in request.POST
        if form.is_valid():
            if not is_confirmed:
                form.check_effects()
            elif self.carry_out(request, form, request.user):
                return redirect(self.next_url(request, form))
        return self._show(request, form, is_preview=not form.errors and "edit" not in request.POST)

    def _show(self, request: HttpRequest, form: F, *, is_preview: bool = False) -> HttpResponse:
        context = {
            "opts": self.model._meta,
            "form": form,
            "is_preview": is_preview,
            **self.context(form, form[self.chosen].value() or "", is_preview=is_preview),
        }
        return panel_page(request, self.template, context, status=422 if form.errors else 200)


class AuditedAdmin(admin.ModelAdmin):
    """Record what is added, changed and deleted here, by the names of the fields."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        # Django calls this once for every saved form, on any page.
        changed, obj = list(form.changed_data), getattr(form, "instance", None) or getattr(form, "user", None)
        if isinstance(obj, User) and not add:
            record_person_change(request, obj, changed)
        elif add or changed:
            record(Kind.ADDED if add else Kind.CHANGED, request, **_named(obj, fields=changed))
        return super().construct_change_message(request, form, formsets, add)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        record(Kind.DELETED, request, **_named(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for each in queryset:
            record(Kind.DELETED, request, **_named(each))
        super().delete_queryset(request, queryset)


def _named(obj: Any, **more: Any) -> dict[str, Any]:
    """Return parameters that name the row and the person it is about."""
    person = obj if isinstance(obj, User) else getattr(obj, "user", None)
    return {"model": obj._meta.model_name, "name": str(obj)[:200], "target": person, **more}
