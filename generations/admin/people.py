"""Rows of people: balance and activity, roles, passwords, second factors, and the action on credits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group as Role
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from generations.accounts import mail, roles
from generations.accounts.access import may_grant
from generations.accounts.addresses import keep_address
from generations.accounts.factors import name_of, remove_factors
from generations.admin.base import NOTHING, AuditedAdmin, ReadableHistory, panel_page
from generations.admin.give_credits import CREDITS_PAGE
from generations.models import Entry, Generation, User
from generations.texts.durations import ago

SPENT_WITHIN = timedelta(days=30)
# Databases sort NULL differently.
NEVER = Value(datetime(1970, 1, 1, tzinfo=UTC))
# A User with the columns of with_activity.
Listed = Any
# A person who may change these could give any permission to anyone.
POWERS = ("groups", "is_staff", "is_superuser", "user_permissions")


class RolesField(forms.ModelMultipleChoiceField):
    """Roles by their names on screen; their groups are named in English."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(roles.NAMES.get(obj.name, obj.name))


def with_activity(people: QuerySet[User], *, now: datetime | None = None) -> QuerySet[User]:
    """Each person with balance, held, spent, in flight and last clip, in one query."""
    clips = Generation.objects.filter(user=OuterRef("pk")).order_by()
    spent = (
        Entry.objects.spending()
        .filter(account=OuterRef("pk"), created_at__gte=(now or timezone.now()) - SPENT_WITHIN)
        .order_by()
    )
    return people.annotate(
        balance=Coalesce(F("account__balance"), 0),
        held=Coalesce(F("account__held"), 0),
        spent=_number(spent.values("account").annotate(number=Sum("amount"))),
        in_flight=_number(
            clips.filter(status__in=Generation.IN_FLIGHT).values("user").annotate(number=Count("pk"))
        ),
        last_clip=Subquery(clips.order_by("-created_at", "-id").values("created_at")[:1]),
    )


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("number"), output_field=IntegerField()), 0)


class NewPasswordForm(AdminPasswordChangeForm):
    """Set a person's password and email them: the one who set it could sign in as them."""

    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit)
        words = gettext_lazy(
            "An administrator changed the password of your account “%(name)s”. If you did not "
            "ask for this, contact your administrator."
        )
        mail.tell_owner(person, gettext_lazy("Your password was changed"), words)
        return person


@admin.register(User)
class PeopleAdmin(ReadableHistory, AuditedAdmin, UserAdmin):
    """No one is deleted: deactivating keeps the history of a person's credits."""

    list_display = (
        "username",
        "email",
        "balance",
        "held",
        "spent",
        "in_flight",
        "last_clip",
        "is_active",
    )
    list_filter = ("is_active", "is_staff")
    search_fields = tuple(f"{name}__mentions" for name in ("username", "first_name", "last_name", "email"))
    filter_horizontal = ("user_permissions",)
    change_password_form = NewPasswordForm
    actions = ("change_credits",)
    readonly_fields = ("balance", "held", "spent", "in_flight", "last_clip", "last_login", "date_joined")
    fieldsets = (
        (gettext_lazy("Person"), {"fields": ("username", "first_name", "last_name", "email")}),
        (
            gettext_lazy("Credits and clips"),
            {"fields": ("balance", "held", "spent", "in_flight", "last_clip")},
        ),
        (gettext_lazy("Access"), {"fields": ("is_active", "groups")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    # What Django calls permissions, for superusers alone.
    superuser_fieldsets = ((gettext_lazy("Permissions"), {"classes": ("collapse",), "fields": POWERS[1:]}),)
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return with_activity(super().get_queryset(request))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        found = super().get_fieldsets(request, obj)
        return (*found, *self.superuser_fieldsets) if obj and request.user.is_superuser else found

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **options)
        words = gettext_lazy("A role includes access to this panel. Only superusers assign roles.")
        label = gettext_lazy("Roles")
        return RolesField(Role.objects.order_by("name"), required=False, label=label, help_text=words)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            keep_address(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let people with a role into the panel, where they need it."""
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("groups"):
            User.objects.filter(pk=form.instance.pk).update(is_staff=True)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser may change people with powers: their email and password lead to sign-in."""
        me = request.user
        if obj and obj.deleted_at:
            return False
        if obj and obj != me and not me.is_superuser:
            has_permissions = obj.user_permissions.exists() or obj.groups.exists()
            if obj.is_staff or obj.is_superuser or has_permissions:
                return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_credits_permission(self, request: HttpRequest) -> bool:
        return may_grant(request.user)

    @admin.display(description=gettext_lazy("Balance"), ordering="balance")
    def balance(self, person: Listed) -> str:
        url = f"{reverse('admin:generations_entry_changelist')}?account__exact={person.pk}"
        return format_html('<a href="{}">{}</a>', url, person.balance)

    @admin.display(description=gettext_lazy("Reserved"), ordering="held")
    def held(self, person: Listed) -> int:
        return int(person.held)

    @admin.display(description=gettext_lazy("Spent in 30 days"), ordering="spent")
    def spent(self, person: Listed) -> int:
        return int(person.spent)

    @admin.display(description=gettext_lazy("In progress"), ordering="in_flight")
    def in_flight(self, person: Listed) -> int:
        return int(person.in_flight)

    @admin.display(description=gettext_lazy("Last clip"), ordering=Coalesce("last_clip", NEVER))
    def last_clip(self, person: Listed) -> str:
        return ago(person.last_clip) if person.last_clip else NOTHING

    def get_urls(self) -> list[URLPattern]:
        credits = self.admin_site.admin_view(CREDITS_PAGE.view)
        factors = self.admin_site.admin_view(remove_factors_page)
        ours = [
            path("credits/", credits, name="generations_user_credits"),
            path("<int:pk>/factors/", factors, name="generations_user_factors"),
        ]
        return [*ours, *super().get_urls()]

    @admin.action(description=gettext_lazy("Give or deduct credits"), permissions=["credits"])
    def change_credits(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse:
        ids = queryset.order_by("pk").values_list("pk", flat=True)
        return CREDITS_PAGE.first_page(request, ",".join(map(str, ids)))


@require_http_methods(["GET", "HEAD", "POST"])
def remove_factors_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the person's factors; a POST removes them. Asks for the right to change this person."""
    person = get_object_or_404(User, pk=pk)
    if not admin.site.get_model_admin(User).has_change_permission(request, person):
        raise PermissionDenied
    if request.method == "POST":
        remove_factors(person, request)
        messages.success(request, _("%(name)s can sign in with their password again.") % {"name": person})
        return redirect("admin:generations_user_change", pk)
    found = Authenticator.objects.filter(user=person)
    context: dict[str, object] = {
        "opts": User._meta,
        "title": _("Remove second factors"),
        "person": person,
        "factors": [(name_of(each), each.created_at) for each in found.order_by("pk")],
    }
    return panel_page(request, "admin/generations/user/factors.html", context)
