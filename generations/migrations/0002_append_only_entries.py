"""The database itself refuses to change or remove an entry of the ledger."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Entries of the ledger are append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON generations_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_entry_change();
CREATE TRIGGER entry_never_truncated BEFORE TRUNCATE ON generations_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_entry_change();
"""

SQLITE = """
CREATE TRIGGER entry_never_{done} BEFORE {verb} ON generations_entry
BEGIN SELECT RAISE(ABORT, 'Entries of the ledger are append-only.'); END
"""


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        schema_editor.execute(SQLITE.format(done="updated", verb="UPDATE"))
        schema_editor.execute(SQLITE.format(done="deleted", verb="DELETE"))


def remove_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER entry_append_only ON generations_entry")
        schema_editor.execute("DROP TRIGGER entry_never_truncated ON generations_entry")
        schema_editor.execute("DROP FUNCTION refuse_entry_change")
    else:
        schema_editor.execute("DROP TRIGGER entry_never_updated")
        schema_editor.execute("DROP TRIGGER entry_never_deleted")


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers, elidable=False)]
