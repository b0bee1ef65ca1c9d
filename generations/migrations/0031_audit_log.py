"""The audit log; the database refuses to change a line, and to remove one before its time."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


APPEND_ONLY = "The audit log is append-only."

POSTGRESQL = f"""
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_never_updated BEFORE UPDATE ON generations_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_kept_for_its_time BEFORE DELETE ON generations_auditentry
    FOR EACH ROW WHEN (OLD.keep_until IS NULL OR OLD.keep_until > now()) EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_never_truncated BEFORE TRUNCATE ON generations_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
"""

# INSERT OR REPLACE removes the row in its way without running the triggers on DELETE. Times are texts in UTC.
SQLITE = {
    "audit_never_updated": "BEFORE UPDATE ON generations_auditentry",
    "audit_kept_for_its_time": """BEFORE DELETE ON generations_auditentry
        WHEN OLD.keep_until IS NULL OR OLD.keep_until > strftime('%Y-%m-%d %H:%M:%f', 'now')""",
    "audit_never_replaced": """BEFORE INSERT ON generations_auditentry
        WHEN EXISTS (SELECT 1 FROM generations_auditentry earlier WHERE earlier.id = NEW.id)""",
}


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for name, when in SQLITE.items():
        schema_editor.execute(
            f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END", params=None
        )


def remove_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("audit_never_updated", "audit_kept_for_its_time", "audit_never_truncated"):
            schema_editor.execute(f"DROP TRIGGER {name} ON generations_auditentry")
        schema_editor.execute("DROP FUNCTION refuse_audit_change")
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0030_missing_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='time')),
                ('kind', models.CharField(choices=[('signed-in', 'Signed in'), ('sign-in-failed', 'Sign-in failed'), ('joined', 'Accepted an invitation'), ('credits-changed', 'Gave or deducted credits'), ('credits-returned', 'Returned credits for a clip'), ('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('roles-changed', 'Changed roles or permissions'), ('deactivated', 'Deactivated a person'), ('reactivated', 'Reactivated a person'), ('password-set', 'Set a person’s password'), ('paused', 'Paused submitting'), ('resumed', 'Resumed submitting'), ('exported', 'Exported data'), ('clip-viewed', 'Viewed another person’s clip')], max_length=20, verbose_name='action')),
                ('params', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='details')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='IP address')),
                ('keep_until', models.DateTimeField(db_index=True, null=True, verbose_name='kept until')),
                ('actor', models.ForeignKey(help_text='Empty for a failed sign-in.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='whom')),
            ],
            options={
                'verbose_name': 'audit log entry',
                'verbose_name_plural': 'audit log',
                'ordering': ['-id'],
            },
        ),
        migrations.RunPython(add_triggers, remove_triggers, elidable=False),
    ]
