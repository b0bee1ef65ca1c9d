from django.db import migrations, models

import generations.models.generation


class Migration(migrations.Migration):
    dependencies = [("generations", "0040_words_of_asset_names")]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="thumbnail",
            field=models.FileField(
                blank=True,
                db_default="",
                default="",
                help_text="The poster in the size of a card.",
                max_length=200,
                upload_to=generations.models.generation.generation_path,
            ),
        ),
    ]
