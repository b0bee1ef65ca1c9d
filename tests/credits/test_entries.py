"""Entries are append-only: the database rejects changes and invalid rows."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from generations.credits import ledger
from generations.models import Account, Entry, Generation, User
from tests.credits.scratch import Scratch


def _execute(sql: str) -> Callable[[Entry], object]:
    def attack(entry: Entry) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(pk=entry.pk))

    return attack


def _save(entry: Entry) -> None:
    entry.amount += 1
    entry.save()


ATTACKS: dict[str, Callable[[Entry], object]] = {
    "raw UPDATE": _execute("UPDATE generations_entry SET note = 'x' WHERE id = {pk}"),
    "raw DELETE": _execute("DELETE FROM generations_entry WHERE id = {pk}"),
    "DELETE of everything": _execute("DELETE FROM generations_entry"),
    "update of a queryset": lambda entry: Entry.objects.filter(pk=entry.pk).update(balance_after=1000),
    "delete of a queryset": lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
    "bulk update": lambda entry: Entry.objects.bulk_update([entry], ["note"]),
    "save": _save,
    "delete": lambda entry: entry.delete(),
    "upsert": lambda entry: Entry.objects.bulk_create(
        [entry], update_conflicts=True, update_fields=["amount"], unique_fields=["id"]
    ),
}


@pytest.fixture
def entry(generation: Generation) -> Entry:
    return generation.entries.get()


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_entry_cannot_be_changed_or_deleted(
    entry: Entry, attack: Callable[[Entry], object]
) -> None:  # bar 5
    before = list(Entry.objects.values())
    with pytest.raises(IntegrityError), transaction.atomic():
        attack(entry)
    assert list(Entry.objects.values()) == before


@pytest.mark.parametrize(
    "same",
    [
        {"id": "id", "kind": "'grant'", "actor_id": "account_id"},
        {"key": "key", "kind": "'grant'", "actor_id": "account_id"},
        {"generation_id": "generation_id", "kind": "'hold'"},
    ],
    ids=["id", "key", "hold"],
)
def test_an_entry_cannot_be_replaced(entry: Entry, same: dict[str, str]) -> None:  # bar 5
    """SQLite's OR REPLACE deletes the existing row without firing the DELETE trigger."""
    other = {"id": "id + 1000", "key": "'other'", "generation_id": "NULL", "actor_id": "NULL"}
    written = {"account_id": "account_id", "amount": "1", "balance_after": "1", "held_after": "0"}
    columns = {**written, **other, **same, "note": "'x'", "created_at": "created_at"}
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    replace = f"{verb} INTO generations_entry ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
    with pytest.raises(IntegrityError), transaction.atomic():
        _execute(f"{replace} FROM generations_entry WHERE id = {{pk}}")(entry)
    entry.refresh_from_db()
    assert entry.amount == 4


def test_another_entry_can_be_inserted(entry: Entry) -> None:
    """The guard against replacement must not block normal inserts."""
    ledger.grant(entry.account.user, 1, actor=entry.account.user, note="Thanks", key="other")
    assert Entry.objects.filter(account=entry.account).count() == 3


@pytest.mark.slow
@pytest.mark.parametrize("table", ["generations_entry", "generations_account", "generations_user"])
@pytest.mark.postgresql
def test_entries_cannot_be_truncated(scratch_postgresql: Scratch, table: str) -> None:  # bar 5
    with pytest.raises(psycopg.IntegrityError), psycopg.connect(scratch_postgresql.url) as postgresql:
        postgresql.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "shape",
    [
        {"kind": "settle", "amount": 1, "hold_amount": None},
        {"kind": "settle", "amount": 5, "hold_amount": 4},
        {"kind": "settle", "amount": -1, "hold_amount": 4},
        {"kind": "release", "amount": 4, "hold_amount": None},
        {"kind": "release", "amount": 3, "hold_amount": 4},
        {"kind": "grant", "amount": 4},
        {"kind": "grant", "amount": -4, "actor": True, "generation": None},
        {"kind": "grant", "amount": 4, "actor": True, "generation": None, "note": ""},
        {"kind": "grant", "amount": 4, "actor": None, "generation": None},
        {"kind": "grant", "amount": 4, "actor": True, "generation": None, "hold_amount": 4},
        {"kind": "adjust", "amount": 0, "actor": True, "generation": None},
        {"kind": "adjust", "amount": 4, "actor": None, "generation": None},
        {"kind": "hold", "amount": 4},
        {"kind": "hold", "amount": 4, "generation": None},
        {"kind": "refund", "amount": 4},
    ],
    ids=str,
)
def test_the_database_rejects_an_invalid_entry(entry: Entry, shape: dict[str, Any]) -> None:
    given = {"generation": entry.generation, "note": "x", **shape}
    given["actor"] = entry.account.user if shape.get("actor") else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(account=entry.account, key="new", balance_after=4, held_after=0, **given)


@pytest.mark.parametrize("amount", [3, 5])
def test_the_database_rejects_a_refund_of_what_was_not_spent(generation: Generation, amount: int) -> None:
    ledger.settle(generation)
    with pytest.raises(IntegrityError), transaction.atomic():
        _insert_refund(generation, amount=amount, key="new")


def test_the_database_rejects_a_second_refund(generation: Generation) -> None:
    ledger.settle(generation)
    ledger.refund(generation)
    with pytest.raises(IntegrityError), transaction.atomic():
        _insert_refund(generation, amount=4, key="new")


def _insert_refund(generation: Generation, **fields: Any) -> None:
    account = ledger.account_for(generation.user)
    common = {"account": account, "generation": generation, "balance_after": 100, "held_after": 0}
    Entry.objects.create(kind="refund", **common, **fields)


@pytest.mark.parametrize("changes", [{"balance": -1}, {"held": -1}, {"balance": 2**30}])
def test_the_database_rejects_an_invalid_account(alice: User, changes: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(user=alice).update(**changes)


def test_the_database_keeps_an_account_with_entries(alice: User) -> None:
    with transaction.atomic():
        Account.objects.filter(user=alice)._raw_delete("default")
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
