"""Which of its takes a person chose as the best. Nullable: SQLite adds such a column without copying the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0036_panel_indexes")]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="chosen_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was chosen as the best of its takes.", null=True
            ),
        ),
    ]
