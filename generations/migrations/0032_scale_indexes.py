"""Indexes for what the worker, the feed and staff ask; and none by an owner alone where others begin with them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from generations.models.online_migration import AddIndexConcurrently

USER = settings.AUTH_USER_MODEL
PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
# Each with the model it points at and what follows where that row is deleted.
OWNERS = {
    ("asset", "user"): (USER, PROTECT, {"related_name": "assets", "verbose_name": "user"}),
    ("collection", "user"): (USER, CASCADE, {"related_name": "collections"}),
    ("entry", "account"): ("generations.account", PROTECT, {"related_name": "entries"}),
    ("generation", "user"): (USER, PROTECT, {"related_name": "generations", "verbose_name": "user"}),
    ("reference", "generation"): ("generations.generation", CASCADE, {"related_name": "references"}),
    ("tag", "user"): (USER, CASCADE, {"related_name": "tags"}),
}
Q = models.Q
ACTIVE = Q(status="queued") | Q(status="submitting") | Q(status="running") | Q(status="fetching")
HAS_FILES = ~Q(video="") | ~Q(last_frame="") | ~Q(poster="") | ~Q(strip="")


def drop_owner_indexes(apps, schema_editor):
    """By hand: SQLite would copy the whole table for it, and lose its triggers."""
    for model, column in _owner_columns(apps):
        for name in _single_indexes(schema_editor, model, column):
            schema_editor.execute(schema_editor._delete_index_sql(model, name))


def add_owner_indexes(apps, schema_editor):
    for model, column in _owner_columns(apps):
        if not _single_indexes(schema_editor, model, column):
            field = model._meta.get_field(column.removesuffix("_id"))
            schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


def _owner_columns(apps):
    return [(apps.get_model("generations", model), f"{field}_id") for model, field in OWNERS]


def _single_indexes(schema_editor, model, column):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return [
        name
        for name, each in found.items()
        if each["index"] and not each["unique"] and not each["primary_key"] and each["columns"] == [column]
    ]


class Migration(migrations.Migration):
    # Indexes are built while the product runs.
    atomic = False
    dependencies = [("generations", "0031_audit_log")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_owner_indexes, add_owner_indexes)],
            state_operations=[
                migrations.AlterField(
                    model, field, models.ForeignKey(to, on_delete=on_delete, db_index=False, **named)
                )
                for (model, field), (to, on_delete, named) in OWNERS.items()
            ],
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(
                fields=["account", "created_at"],
                condition=Q(kind="settle"),
                name="entry_spent_by_account",
            ),
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(fields=["created_at"], condition=Q(kind="refund"), name="entry_refunded"),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(fields=["user", "status"], condition=ACTIVE, name="generation_active"),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["-submitted_at", "-id"],
                condition=Q(submitted_at__isnull=False),
                name="generation_submitted_last",
            ),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["created_at"],
                condition=Q(upstream_cost__isnull=False),
                name="generation_with_cost",
            ),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["wiped_at"],
                condition=HAS_FILES & Q(wiped_at__isnull=False),
                name="generation_wiped_with_files",
            ),
        ),
    ]
