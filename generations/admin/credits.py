"""Accounts and the ledger, read-only for everyone."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from generations.accounts.access import VIEW_CLIPS
from generations.admin.long_lists import PeopleFilter, entries_found
from generations.admin.readonly import NOTHING, ReadOnlyAdmin
from generations.models import Account, Entry


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "balance", "held")
    search_fields = ("user__username__mentions", "user__email__mentions")
    list_select_related = ("user",)
    ordering = ("user__username",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """All entries, newest first; filtered by day, kind and actor, searched by person or clip."""

    list_display = (
        "at",
        "person",
        "kind",
        "credits",
        "balance_after",
        "held_after",
        "clip",
        "actor",
        "note",
    )
    list_filter = ("kind", ("actor", PeopleFilter), ("created_at", admin.DateFieldListFilter))
    # Searched by get_search_results.
    search_fields = ("id",)
    search_help_text = gettext_lazy("Name, email, clip ID (or its first characters) or text from the note")
    # Prefetched: for a join, SQLite would begin with the accounts and sort all their entries.
    list_select_related = ()
    # Entries take effect in the order of their ids; two may have the same time.
    ordering = ("-id",)
    fields = (
        "created_at",
        "person",
        "kind",
        "amount",
        "hold_amount",
        "balance_after",
        "held_after",
        "clip",
        "actor",
        "note",
        "key",
    )
    readonly_fields = ("person", "clip", "clip_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).prefetch_related("account__user", "actor")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._for_reader(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> list[Any]:
        return self._for_reader(request, self.fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Search by indexes alone, because any other search reads every entry."""
        term = search_term.strip()
        return (queryset.filter(entries_found(term)) if term else queryset), False

    def _for_reader(self, request: HttpRequest, names: Sequence[str]) -> list[Any]:
        """Link clips only for people who may view them."""
        if request.user.has_perm(VIEW_CLIPS):
            return list(names)
        return ["clip_id" if name == "clip" else name for name in names]

    @admin.display(description=gettext_lazy("When"), ordering="created_at")
    def at(self, entry: Entry) -> str:
        return date_format(localtime(entry.created_at), "Y-m-d H:i")

    @admin.display(description=gettext_lazy("Person"), ordering="account__user__username")
    def person(self, entry: Entry) -> str:
        url = reverse("admin:generations_user_change", args=[entry.account_id])
        return format_html('<a href="{}">{}</a>', url, entry.account.user)

    @admin.display(description=gettext_lazy("Credits"), ordering="amount")
    def credits(self, entry: Entry) -> str:
        """The amount, signed if it changes a balance permanently."""
        return f"{entry.amount:+}" if entry.generation_id is None else str(entry.amount)

    @admin.display(description=gettext_lazy("Clip"), ordering="generation")
    def clip(self, entry: Entry) -> str:
        if entry.generation_id is None:
            return NOTHING
        url = reverse("admin:generations_generation_change", args=[entry.generation_id])
        return format_html('<a href="{}">{}</a>', url, self.clip_id(entry))

    @admin.display(description=gettext_lazy("Clip"), ordering="generation")
    def clip_id(self, entry: Entry) -> str:
        return str(entry.generation_id)[:8] if entry.generation_id else NOTHING
