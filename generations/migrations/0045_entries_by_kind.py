"""An index for the credits page with entries of one kind, however many of other kinds there are."""

from django.db import migrations, models

from generations.models.online_migration import AddIndexConcurrently


class Migration(migrations.Migration):
    # The index is built while the product runs.
    atomic = False
    dependencies = [("generations", "0044_alike_letters")]

    operations = [
        AddIndexConcurrently(
            "entry", models.Index(fields=["account", "kind", "-id"], name="entry_newest_by_kind")
        ),
    ]
