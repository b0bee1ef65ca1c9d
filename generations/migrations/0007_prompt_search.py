"""Prompts can be searched: FTS5 on SQLite, a text search column on PostgreSQL."""

from django.db import migrations

from generations.migrations._prompt_index import forget_prompts, index_prompts


class Migration(migrations.Migration):
    dependencies = [("generations", "0006_gallery")]
    operations = [migrations.RunPython(index_prompts, forget_prompts, elidable=False)]
