"""Names of files are searched by the words of prompts' search, so that case and accents are alike on SQLite too."""

from django.db import migrations, models

from generations.models.online_migration import AddFieldOnce, fill_search_words


def fill_words_of_names(apps, schema_editor):
    fill_search_words(apps.get_model("generations", "Asset").objects.filter(search_words=""), source="name")


class Migration(migrations.Migration):
    # Rows are filled while the product runs.
    atomic = False
    dependencies = [("generations", "0039_labels_of_parameters")]

    operations = [
        AddFieldOnce(
            model_name="asset",
            name="search_words",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="search words"),
        ),
        migrations.RunPython(fill_words_of_names, migrations.RunPython.noop),
    ]
