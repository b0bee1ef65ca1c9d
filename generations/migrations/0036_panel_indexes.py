"""Indexes for the panel's list of all clips, and for its search by request."""

from django.db import migrations, models

from generations.models.online_migration import AddIndexConcurrently


class Migration(migrations.Migration):
    # Indexes are built while the product runs.
    atomic = False
    dependencies = [("generations", "0035_storage_measured_at")]

    operations = [
        AddIndexConcurrently(
            "generation", models.Index(fields=["-created_at", "-id"], name="generation_newest")
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(fields=["status", "-created_at", "-id"], name="generation_newest_by_status"),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["request_id"], condition=~models.Q(request_id=""), name="generation_request"
            ),
        ),
    ]
