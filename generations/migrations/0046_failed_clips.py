"""An index for a person's failed clips, which are few of many."""

from django.db import migrations, models

from generations.models.online_migration import AddIndexConcurrently

FAILED = models.Q(status="failed") | models.Q(status="cancelled")


class Migration(migrations.Migration):
    # The index is built while the product runs.
    atomic = False
    dependencies = [("generations", "0045_entries_by_kind")]

    operations = [
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["user", "-created_at", "-id"],
                condition=models.Q(trashed_at=None) & FAILED,
                name="generation_newest_failed",
            ),
        ),
    ]
