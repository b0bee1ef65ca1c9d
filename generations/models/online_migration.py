"""Steps of a migration that run while the product reads and writes, for migrations with ``atomic = False``.

Each commits by itself and may be run again after it was interrupted.
"""

from typing import Any

from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from generations.texts.search_words import search_words

# Few rows are locked together, so that nobody has to wait long for one of them.
BATCH = 100


class AddIndexConcurrently(migrations.AddIndex):
    """Django's AddIndex; on PostgreSQL it locks no writers, and it may be run again after it was interrupted.

    Django's own operation of this name works on PostgreSQL alone.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        # An interrupted build leaves an index that is not valid.
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY' if is_postgresql else ''} IF EXISTS {name}")
        options = {"concurrently": True} if is_postgresql else {}
        schema_editor.add_index(model, self.index, **options)


class RemoveIndexConcurrently(migrations.RemoveIndex):
    """Django's RemoveIndex; on PostgreSQL it locks nobody, and an index that is gone is no error."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        name = schema_editor.quote_name(self.name)
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY' if is_postgresql else ''} IF EXISTS {name}")


class AddFieldOnce(migrations.AddField):
    """Django's AddField; does nothing where the column is there."""

    atomic = True

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            columns = {each.name for each in connection.introspection.get_table_description(cursor, table)}
        if self.name not in columns:
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class RemoveConstraintOnce(migrations.RemoveConstraint):
    """Django's RemoveConstraint; does nothing where the constraint is gone."""

    atomic = True

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if _has_constraint(schema_editor, table, self.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddCheckOnline(migrations.AddConstraint):
    """Django's AddConstraint for a check; PostgreSQL checks the rows that are there without a lock on them."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        name, table = self.constraint.name, model._meta.db_table
        is_there = _has_constraint(schema_editor, table, name)
        if schema_editor.connection.vendor != "postgresql":
            if not is_there:
                with transaction.atomic(schema_editor.connection.alias):
                    super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if not is_there:
            schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID")
        quote = schema_editor.quote_name
        schema_editor.execute(f"ALTER TABLE {quote(table)} VALIDATE CONSTRAINT {quote(name)}")


def fill_search_words(rows: models.QuerySet[Any], *, source: str) -> None:
    """Write the search words of these rows by key, a batch at a time, so that memory and locks stay small."""
    last = None
    ordered = rows.order_by("pk").only("pk", source)
    while batch := list((ordered.filter(pk__gt=last) if last else ordered)[:BATCH]):
        # Most of the time goes into this, while nothing is locked.
        known = {text: _words_of(text) for text in (getattr(row, source) for row in batch)}
        with transaction.atomic(rows.db):
            locked = list(
                rows.filter(pk__in=[row.pk for row in batch]).only("pk", source).select_for_update()
            )
            for row in locked:
                text = getattr(row, source)
                # A text that was changed meanwhile is split again.
                row.search_words = known[text] if text in known else _words_of(text)
            rows.bulk_update(locked, ["search_words"])
        last = batch[-1].pk


def _words_of(text: str) -> str:
    return " ".join(search_words(text))


def _has_constraint(schema_editor: BaseDatabaseSchemaEditor, table: str, name: str) -> bool:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return name in connection.introspection.get_constraints(cursor, table)
