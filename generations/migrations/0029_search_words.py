"""Prompts are searched by words that one function splits alike for storing and asking, on both databases.

Nothing here holds the table for long, and each step may be run again.
"""

from django.db import migrations, models

from generations.models.online_migration import (
    AddCheckOnline,
    AddFieldOnce,
    RemoveConstraintOnce,
    fill_search_words,
)
from generations.models.prompt_index import (
    build_prompt_index,
    drop_prompt_index,
    prepare_prompt_index,
)


def fill_words_of_prompts(apps, schema_editor):
    clips = apps.get_model("generations", "Generation").objects
    fill_search_words(clips.filter(search_words="").exclude(prompt=""), source="prompt")
    # Wiped meanwhile by a process that did not know the column.
    clips.filter(prompt="").exclude(search_words="").update(search_words="")


class Migration(migrations.Migration):
    # Rows are filled while the product runs.
    atomic = False
    dependencies = [("generations", "0028_provider_refuses_notice")]

    operations = [
        RemoveConstraintOnce(model_name="generation", name="generation_wiped_says_nothing"),
        AddFieldOnce(
            model_name="generation",
            name="search_words",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="search words"),
        ),
        migrations.RunPython(prepare_prompt_index, drop_prompt_index, atomic=True),
        migrations.RunPython(fill_words_of_prompts, migrations.RunPython.noop),
        AddCheckOnline(
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
