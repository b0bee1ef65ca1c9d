"""A refund is a kind of entry: one for each generation, and only of what was spent on it."""

from django.db import migrations, models
from django.db.models import F, Q

SAME_STEP = """(earlier.kind = 'hold') = (NEW.kind = 'hold') AND (earlier.kind = 'refund') = (NEW.kind = 'refund')"""
APPEND_ONLY = "Entries of the ledger are append-only."
SPENT = """SELECT 1 FROM generations_entry spent
    WHERE spent.generation_id = NEW.generation_id AND spent.kind = 'settle' AND spent.amount = NEW.amount
    AND spent.account_id = NEW.account_id"""
NOT_SPENT = "A refund is of what was spent on its clip."

# SQLite builds the table anew for a changed constraint, without the triggers it had.
SQLITE = {
    "entry_never_updated": ("BEFORE UPDATE ON generations_entry", APPEND_ONLY),
    "entry_never_deleted": ("BEFORE DELETE ON generations_entry", APPEND_ONLY),
    # INSERT OR REPLACE removes the row in its way without running the triggers on DELETE.
    "entry_never_replaced": (
        f"""BEFORE INSERT ON generations_entry WHEN EXISTS (
            SELECT 1 FROM generations_entry earlier
            WHERE earlier.id = NEW.id
            OR (earlier.account_id = NEW.account_id AND earlier.key = NEW.key)
            OR (earlier.generation_id = NEW.generation_id AND {SAME_STEP})
        )""",
        APPEND_ONLY,
    ),
    "entry_refund_was_spent": (
        f"BEFORE INSERT ON generations_entry WHEN NEW.kind = 'refund' AND NOT EXISTS ({SPENT})",
        NOT_SPENT,
    ),
}

POSTGRESQL = f"""
CREATE FUNCTION refuse_refund_of_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS ({SPENT}) THEN
        RAISE EXCEPTION '{NOT_SPENT}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_refund_was_spent BEFORE INSERT ON generations_entry
    FOR EACH ROW WHEN (NEW.kind = 'refund') EXECUTE FUNCTION refuse_refund_of_nothing();
"""
BACK_ON_POSTGRESQL = """
DROP TRIGGER entry_refund_was_spent ON generations_entry;
DROP FUNCTION refuse_refund_of_nothing();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for name, (event, message) in SQLITE.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(f"CREATE TRIGGER {name} {event} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK_ON_POSTGRESQL)
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS entry_refund_was_spent")


def guard_without_refunds(apps, schema_editor):
    """On the way back SQLite has built the table anew: the older triggers, a refund being a resolution."""
    if schema_editor.connection.vendor == "sqlite":
        for name, (event, message) in SQLITE.items():
            if name != "entry_refund_was_spent":
                older = event.replace(SAME_STEP, "(earlier.kind = 'hold') = (NEW.kind = 'hold')")
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
                schema_editor.execute(f"CREATE TRIGGER {name} {older} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def keep(apps, schema_editor):
    """Nothing in this direction: the other end of the migration guards."""


GIVEN = Q(actor__isnull=False, generation__isnull=True, hold_amount__isnull=True) & ~Q(note="")
OF_A_HOLD = Q(generation__isnull=False, hold_amount__isnull=False)
OF_A_CLIP = Q(amount__gt=0, generation__isnull=False, hold_amount__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("generations", "0025_claims_and_workers")]
    operations = [
        migrations.RunPython(keep, guard_without_refunds),
        migrations.AlterField(
            "entry",
            "kind",
            models.CharField(
                choices=[
                    ("grant", "Granted"),
                    ("adjust", "Adjusted"),
                    ("hold", "Reserved"),
                    ("settle", "Spent"),
                    ("release", "Returned"),
                    ("refund", "Refunded"),
                ],
                max_length=7,
                verbose_name="type",
            ),
        ),
        migrations.RemoveConstraint("entry", "entry_shape_of_its_kind"),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                name="entry_shape_of_its_kind",
                condition=(GIVEN & Q(kind="grant", amount__gt=0))
                | (GIVEN & Q(kind="adjust") & ~Q(amount=0))
                | (OF_A_CLIP & Q(kind="hold"))
                | (OF_A_CLIP & Q(kind="refund"))
                | (OF_A_HOLD & Q(kind="release", amount__gt=0, amount=F("hold_amount")))
                | (OF_A_HOLD & Q(kind="settle", amount__gte=0, amount__lte=F("hold_amount"))),
            ),
        ),
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(
                fields=["generation"], condition=Q(kind="refund"), name="entry_one_refund_per_generation"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
