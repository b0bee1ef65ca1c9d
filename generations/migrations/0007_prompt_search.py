"""Once built the search index; 0029 builds it now, from a column that did not exist yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("generations", "0006_gallery")]
    operations: list = []
