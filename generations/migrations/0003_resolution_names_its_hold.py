"""A settle or release without its hold's amount is refused, and so is replacing an entry on SQLite."""

from django.db import migrations, models
from django.db.models import F, Q

# SQLite's INSERT OR REPLACE removes the row in its way without running the triggers on DELETE, so an insertion
# that would meet an entry is refused before it starts.
TRIGGERS = {
    "entry_never_updated": "BEFORE UPDATE ON generations_entry",
    "entry_never_deleted": "BEFORE DELETE ON generations_entry",
    "entry_never_replaced": """BEFORE INSERT ON generations_entry WHEN EXISTS (
        SELECT 1 FROM generations_entry earlier
        WHERE earlier.id = NEW.id
        OR (earlier.account_id = NEW.account_id AND earlier.key = NEW.key)
        OR (earlier.generation_id = NEW.generation_id AND (earlier.kind = 'hold') = (NEW.kind = 'hold'))
    )""",
}


def guard(apps, schema_editor):
    """Changing a constraint makes SQLite build the table anew, without the triggers it had."""
    if schema_editor.connection.vendor == "sqlite":
        for name, event in TRIGGERS.items():
            schema_editor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} {event} "
                "BEGIN SELECT RAISE(ABORT, 'Entries of the ledger are append-only.'); END"
            )


def keep(apps, schema_editor):
    """Nothing in this direction: the other end of the migration guards."""


GIVEN = Q(actor__isnull=False, generation__isnull=True, hold_amount__isnull=True) & ~Q(note="")
OF_A_HOLD = Q(generation__isnull=False, hold_amount__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("generations", "0002_append_only_entries")]
    operations = [
        migrations.RunPython(keep, guard),
        migrations.RemoveConstraint("entry", "entry_shape_of_its_kind"),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                name="entry_shape_of_its_kind",
                condition=(GIVEN & Q(kind="grant", amount__gt=0))
                | (GIVEN & Q(kind="adjust") & ~Q(amount=0))
                | Q(kind="hold", amount__gt=0, generation__isnull=False, hold_amount__isnull=True)
                | (OF_A_HOLD & Q(kind="release", amount__gt=0, amount=F("hold_amount")))
                | (OF_A_HOLD & Q(kind="settle", amount__gte=0, amount__lte=F("hold_amount"))),
            ),
        ),
        migrations.RunPython(guard, keep),
    ]
