"""Prompts are searched by words that one function splits alike for storing and asking, on both databases."""

from django.db import migrations, models

from generations.models.prompt_index import build_prompt_index, drop_prompt_index
from generations.texts.search_words import search_words

BATCH = 1000


def fill_search_words(apps, schema_editor):
    """By key, a batch at a time: memory stays flat whatever the table holds."""
    clips = apps.get_model("generations", "Generation").objects.exclude(prompt="").order_by("pk")
    last = None
    while batch := list((clips.filter(pk__gt=last) if last else clips).only("pk", "prompt")[:BATCH]):
        for clip in batch:
            clip.search_words = " ".join(search_words(clip.prompt))
        clips.bulk_update(batch, ["search_words"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("generations", "0028_provider_refuses_notice")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, drop_prompt_index),
        migrations.RemoveConstraint(model_name="generation", name="generation_wiped_says_nothing"),
        migrations.AddField(
            model_name="generation",
            name="search_words",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="search words"),
        ),
        migrations.RunPython(fill_search_words, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="generation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wiped_at", None),
                    models.Q(("prompt", ""), ("search_words", ""), ("trashed_at__isnull", False)),
                    _connector="OR",
                ),
                name="generation_wiped_says_nothing",
            ),
        ),
        migrations.RunPython(build_prompt_index, migrations.RunPython.noop),
    ]
