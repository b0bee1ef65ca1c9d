import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0023_raw_answer"),
    ]

    operations = [
        migrations.AlterField(
            model_name="generation",
            name="aspect_ratio",
            field=models.CharField(
                blank=True,
                choices=[
                    ("21:9", "21:9"),
                    ("16:9", "16:9"),
                    ("4:3", "4:3"),
                    ("1:1", "1:1"),
                    ("3:4", "3:4"),
                    ("9:16", "9:16"),
                    ("adaptive", "adaptive"),
                ],
                max_length=8,
                null=True,
                verbose_name="aspect ratio",
            ),
        ),
        migrations.AlterField(
            model_name="generation",
            name="camera_fixed",
            field=models.BooleanField(default=False, verbose_name="fixed camera"),
        ),
        migrations.AlterField(
            model_name="generation",
            name="duration",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(4),
                    django.core.validators.MaxValueValidator(15),
                ],
                verbose_name="duration",
            ),
        ),
        migrations.AlterField(
            model_name="generation",
            name="generate_audio",
            field=models.BooleanField(default=True, verbose_name="sound"),
        ),
        migrations.AlterField(
            model_name="generation",
            name="resolution",
            field=models.CharField(
                blank=True,
                choices=[("480p", "480p"), ("720p", "720p")],
                max_length=4,
                null=True,
                verbose_name="resolution",
            ),
        ),
        migrations.AlterField(
            model_name="generation",
            name="return_last_frame",
            field=models.BooleanField(default=False, verbose_name="last frame"),
        ),
        migrations.AlterField(
            model_name="generation",
            name="seed",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="seed"),
        ),
    ]
