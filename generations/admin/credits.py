"""Accounts and the ledger, to read: neither can be edited, by anybody."""

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from generations.admin.readonly import NOTHING, ReadOnlyAdmin
from generations.models import Account, Entry


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "balance", "held")
    search_fields = ("user__username", "user__email")
    list_select_related = ("user",)
    ordering = ("user__username",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Every entry, newest first; by day, kind and actor, and searched by person or clip."""

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
    list_filter = ("kind", ("actor", admin.RelatedOnlyFieldListFilter))
    date_hierarchy = "created_at"
    search_fields = ("account__user__username", "account__user__email", "^generation__id", "note")
    search_help_text = gettext_lazy(
        "A name, a mail address, the id of a clip or how it begins, or words of the note."
    )
    list_select_related = ("account__user", "actor")
    # The id is the order in which the entries of an account took effect; two may share a moment.
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
    readonly_fields = ("person", "clip")

    @admin.display(description=gettext_lazy("When"), ordering="created_at")
    def at(self, entry: Entry) -> str:
        return date_format(localtime(entry.created_at), "Y-m-d H:i")

    @admin.display(description=gettext_lazy("Person"), ordering="account__user__username")
    def person(self, entry: Entry) -> str:
        url = reverse("admin:generations_user_change", args=[entry.account_id])
        return format_html('<a href="{}">{}</a>', url, entry.account.user)

    @admin.display(description=gettext_lazy("Credits"), ordering="amount")
    def credits(self, entry: Entry) -> str:
        """The amount, with its sign where it adds to a balance or takes from it for good."""
        return f"{entry.amount:+}" if entry.generation_id is None else str(entry.amount)

    @admin.display(description=gettext_lazy("Clip"), ordering="generation")
    def clip(self, entry: Entry) -> str:
        if entry.generation_id is None:
            return NOTHING
        url = reverse("admin:generations_generation_change", args=[entry.generation_id])
        return format_html('<a href="{}">{}</a>', url, str(entry.generation_id)[:8])
