"""Labels of parameters as their description has them; nothing changes in the database."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("generations", "0038_prompts_by_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name='generation',
            name='aspect_ratio',
            field=models.CharField(blank=True, choices=[('21:9', '21:9'), ('16:9', '16:9'), ('4:3', '4:3'), ('1:1', '1:1'), ('3:4', '3:4'), ('9:16', '9:16'), ('adaptive', 'adaptive')], max_length=8, null=True, verbose_name='Aspect ratio'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='camera_fixed',
            field=models.BooleanField(default=False, verbose_name='Fixed camera'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='duration',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(15)], verbose_name='Length'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='generate_audio',
            field=models.BooleanField(default=True, verbose_name='Audio'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='resolution',
            field=models.CharField(blank=True, choices=[('480p', '480p'), ('720p', '720p')], max_length=4, null=True, verbose_name='Resolution'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='return_last_frame',
            field=models.BooleanField(default=False, verbose_name='Last frame'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='seed',
            field=models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-9223372036854775808), django.core.validators.MaxValueValidator(9223372036854775807)], verbose_name='Seed'),
        ),
        migrations.AlterField(
            model_name='generation',
            name='web_search',
            field=models.BooleanField(default=False, verbose_name='Web search'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='aspect_ratio',
            field=models.CharField(blank=True, choices=[('21:9', '21:9'), ('16:9', '16:9'), ('4:3', '4:3'), ('1:1', '1:1'), ('3:4', '3:4'), ('9:16', '9:16'), ('adaptive', 'adaptive')], max_length=8, null=True, verbose_name='Aspect ratio'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='camera_fixed',
            field=models.BooleanField(default=False, verbose_name='Fixed camera'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='duration',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(15)], verbose_name='Length'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='generate_audio',
            field=models.BooleanField(default=True, verbose_name='Audio'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='resolution',
            field=models.CharField(blank=True, choices=[('480p', '480p'), ('720p', '720p')], max_length=4, null=True, verbose_name='Resolution'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='return_last_frame',
            field=models.BooleanField(default=False, verbose_name='Last frame'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='seed',
            field=models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-9223372036854775808), django.core.validators.MaxValueValidator(9223372036854775807)], verbose_name='Seed'),
        ),
        migrations.AlterField(
            model_name='preset',
            name='web_search',
            field=models.BooleanField(default=False, verbose_name='Web search'),
        ),
    ]
