"""Words with letters that are searched as others now, and with joiners, soft hyphens or digits of other scripts."""

from django.db import migrations

from generations.models.online_migration import fill_search_words

_CHANGED = "[łŁøØđĐðÐħĦŧŦıŋŊþÞæÆœŒـ\u00ad\u200b-\u200f\u2060\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]"


def split_again(apps, schema_editor):
    for model, source in (("Generation", "prompt"), ("Asset", "name")):
        rows = apps.get_model("generations", model).objects.filter(**{f"{source}__regex": _CHANGED})
        fill_search_words(rows, source=source)


class Migration(migrations.Migration):
    # Rows are written while the product runs.
    atomic = False
    dependencies = [("generations", "0043_count_spending")]

    operations = [migrations.RunPython(split_again, migrations.RunPython.noop)]
