"""Count what was spent before, while the product runs. Its own migration: one that is interrupted starts again."""

from django.db import migrations

from generations.models.spending import count_spending, stop_counting_spending


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("generations", "0042_spending")]
    operations = [migrations.RunPython(count_spending, stop_counting_spending, elidable=False)]
