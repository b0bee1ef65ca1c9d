"""What each account spent in each quarter of an hour, kept by the database itself as entries are written.

A quarter, because days of every time zone begin with one: a sum of days reads a bounded number of rows, however
many clips were made, and the studio may change its time zone.
"""

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from generations.models.credit import Account

QUARTER = timedelta(minutes=15)


class Spending(models.Model):
    """Credits that the entries of a quarter spent and no later entry refunded."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="spending", db_index=False)
    # Its first moment.
    quarter = models.DateTimeField("quarter of an hour")
    credits = models.IntegerField("credits")

    class Meta:
        verbose_name = "spending"
        verbose_name_plural = "spending"
        constraints = [
            models.UniqueConstraint(fields=["account", "quarter"], name="spending_one_row_per_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.quarter:%Y-%m-%d %H:%M}: {self.credits}"


# No strftime: Django takes its % for a parameter.
_SQLITE_QUARTER = """datetime(CAST(
        round((julianday(substr(settled.created_at, 1, 19)) - 2440587.5) * 86400) AS INTEGER
    ) / 900 * 900, 'unixepoch')"""
_POSTGRESQL_QUARTER = "to_timestamp(floor(extract(epoch FROM settled.created_at) / 900) * 900)"
# A refund counts in the quarter in which its clip was spent on.
_ADD = """INSERT INTO generations_spending (account_id, quarter, credits)
    SELECT settled.account_id, {quarter},
        SUM(CASE WHEN entry.kind = 'settle' THEN entry.amount ELSE -entry.amount END)
    FROM {entries} JOIN generations_entry settled
        ON settled.generation_id = entry.generation_id AND settled.kind = 'settle'
    WHERE entry.kind IN ('settle', 'refund') AND entry.amount > 0 {among}
    GROUP BY 1, 2
    ON CONFLICT (account_id, quarter) DO UPDATE SET credits = generations_spending.credits + excluded.credits"""
_NEW = """(SELECT NEW.kind AS kind, NEW.amount AS amount, NEW.generation_id AS generation_id) entry"""
_ADD_NEW = _ADD.format(quarter="{quarter}", entries=_NEW, among="")
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION count_spending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_ADD_NEW.format(quarter=_POSTGRESQL_QUARTER)};
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS entry_counted ON generations_entry;
CREATE TRIGGER entry_counted AFTER INSERT ON generations_entry
    FOR EACH ROW WHEN (NEW.kind IN ('settle', 'refund')) EXECUTE FUNCTION count_spending();
"""
_SQLITE = f"""CREATE TRIGGER IF NOT EXISTS entry_counted AFTER INSERT ON generations_entry
    WHEN NEW.kind IN ('settle', 'refund') BEGIN {_ADD_NEW.format(quarter=_SQLITE_QUARTER)}; END"""
# Entries of a statement that counts earlier ones, so that no lock is held for long.
_BATCH = 50_000


def ensure_spending_is_counted(connection: BaseDatabaseWrapper) -> None:
    """Restore SQLite's trigger, which it drops with a table that a migration rebuilds."""
    if connection.vendor == "sqlite" and "generations_spending" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(_SQLITE)


def count_spending(apps: Any, schema_editor: Any) -> None:
    """Count every entry, from the start: safe to run again, and while the product writes new ones."""
    connection = schema_editor.connection
    is_postgresql = connection.vendor == "postgresql"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # PostgreSQL lets nobody write entries between the new trigger and the end of this transaction.
        cursor.execute(_POSTGRESQL if is_postgresql else _SQLITE)
        cursor.execute("DELETE FROM generations_spending")
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM generations_entry")
        (newest,) = cursor.fetchone()
    quarter = _POSTGRESQL_QUARTER if is_postgresql else _SQLITE_QUARTER
    sql = _ADD.format(
        quarter=quarter, entries="generations_entry entry", among=" AND entry.id BETWEEN %s AND %s"
    )
    for first in range(1, newest + 1, _BATCH):
        with connection.cursor() as cursor:
            cursor.execute(sql, [first, min(first + _BATCH - 1, newest)])


def stop_counting_spending(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER entry_counted ON generations_entry")
        schema_editor.execute("DROP FUNCTION count_spending")
    else:
        schema_editor.execute("DROP TRIGGER entry_counted")
