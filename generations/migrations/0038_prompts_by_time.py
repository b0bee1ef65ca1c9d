"""Prompts are numbered by time on SQLite, so that a search stops after the newest matches."""

from django.db import migrations

from generations.models.prompt_index import renumber_prompts


class Migration(migrations.Migration):
    dependencies = [("generations", "0037_chosen_take")]

    operations = [migrations.RunPython(renumber_prompts, migrations.RunPython.noop)]
