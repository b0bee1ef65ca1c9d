"""People: what they have and do at a glance, and the one place where credits are given or taken by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from generations.admin.crediting import ids_of
from generations.admin.credits_page import PERMISSION, credits_form, credits_page
from generations.admin.readonly import NOTHING
from generations.durations import ago
from generations.models import Entry, Generation, User

SPENT_WITHIN = timedelta(days=30)
# Databases disagree on whether nothing comes before or after everything.
NEVER = Value(datetime(1970, 1, 1, tzinfo=UTC))
# A User with the columns that with_activity adds.
Listed = Any
# Whoever may change these could make themselves, or anybody, all-powerful.
POWERS = ("is_staff", "is_superuser", "user_permissions")


def with_activity(people: QuerySet[User], *, now: datetime | None = None) -> QuerySet[User]:
    """Each person with balance, held, spent, in flight and last clip, in one query."""
    clips = Generation.objects.filter(user=OuterRef("pk")).order_by()
    spent = Entry.objects.filter(
        account=OuterRef("pk"), kind=Entry.Kind.SETTLE, created_at__gte=(now or timezone.now()) - SPENT_WITHIN
    ).order_by()
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


@admin.register(User)
class PeopleAdmin(UserAdmin):
    """Nobody is deleted: deactivating keeps the history of their credits."""

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
    filter_horizontal = ("user_permissions",)
    actions = ("change_credits",)
    readonly_fields = ("balance", "held", "spent", "in_flight", "last_clip", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (
            gettext_lazy("Credits and clips"),
            {"fields": ("balance", "held", "spent", "in_flight", "last_clip")},
        ),
        (gettext_lazy("Rights"), {"fields": ("is_active", *POWERS)}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff cannot take over the account of other staff, who may have more rights; only a superuser may."""
        me = request.user
        if obj and obj != me and obj.is_staff and not me.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_credits_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    @admin.display(description=gettext_lazy("Balance"), ordering="balance")
    def balance(self, person: Listed) -> str:
        url = f"{reverse('admin:generations_entry_changelist')}?account__exact={person.pk}"
        return format_html('<a href="{}">{}</a>', url, person.balance)

    @admin.display(description=gettext_lazy("Held"), ordering="held")
    def held(self, person: Listed) -> int:
        return int(person.held)

    @admin.display(description=gettext_lazy("Spent in 30 days"), ordering="spent")
    def spent(self, person: Listed) -> int:
        return int(person.spent)

    @admin.display(description=gettext_lazy("In flight"), ordering="in_flight")
    def in_flight(self, person: Listed) -> int:
        return int(person.in_flight)

    @admin.display(description=gettext_lazy("Last clip"), ordering=Coalesce("last_clip", NEVER))
    def last_clip(self, person: Listed) -> str:
        return ago(person.last_clip) if person.last_clip else NOTHING

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(credits_page)
        return [path("credits/", view, name="generations_user_credits"), *super().get_urls()]

    @admin.action(description=gettext_lazy("Give or take credits"), permissions=["credits"])
    def change_credits(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse:
        return credits_form(request, ids_of(queryset))
