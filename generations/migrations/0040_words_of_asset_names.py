"""Names of files are searched by the words of prompts' search, so that case and accents are alike on SQLite too."""

from django.db import migrations, models

from generations.texts.search_words import search_words

BATCH = 1000


def fill_search_words(apps, schema_editor):
    """By key, a batch at a time: memory stays flat whatever the table holds."""
    assets = apps.get_model("generations", "Asset").objects.order_by("pk")
    last = None
    while batch := list((assets.filter(pk__gt=last) if last else assets).only("pk", "name")[:BATCH]):
        for asset in batch:
            asset.search_words = " ".join(search_words(asset.name))
        assets.bulk_update(batch, ["search_words"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("generations", "0039_labels_of_parameters")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="search_words",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="search words"),
        ),
        migrations.RunPython(fill_search_words, migrations.RunPython.noop),
    ]
