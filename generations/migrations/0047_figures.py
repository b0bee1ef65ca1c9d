"""Indexes with all that the operations page counts and sums, so that it reads no clips."""

from django.db import migrations, models

from generations.models.online_migration import AddIndexConcurrently, RemoveIndexConcurrently


class Migration(migrations.Migration):
    # Indexes are built while the product runs.
    atomic = False
    dependencies = [("generations", "0046_failed_clips")]

    operations = [
        AddIndexConcurrently(
            "generation", models.Index(fields=["-ended_at", "status"], name="generation_ended_as")
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(fields=["status", "created_at", "credits", "upstream_cost"], name="generation_made"),
        ),
        AddIndexConcurrently(
            "generation",
            models.Index(
                fields=["created_at", "credits", "upstream_cost"],
                condition=models.Q(upstream_cost__isnull=False),
                name="generation_billed",
            ),
        ),
        # What begins with the same columns answers for these.
        RemoveIndexConcurrently("generation", "generation_ended_last"),
        RemoveIndexConcurrently("generation", "generation_with_cost"),
    ]
