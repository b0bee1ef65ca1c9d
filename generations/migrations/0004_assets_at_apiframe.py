"""Assets learn what they show and how far Apiframe has come with them."""

import django.utils.timezone
import generations.models.asset
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0003_resolution_names_its_hold'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, help_text='Tries since it was last ready.'),
        ),
        migrations.AddField(
            model_name='asset',
            name='due_at',
            field=models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='enqueued_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='frame_rate',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='has_sound',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='asset',
            name='strip',
            field=models.FileField(blank=True, help_text='Eight frames of a video side by side.', max_length=200, upload_to=generations.models.asset.asset_path),
        ),
        migrations.AddField(
            model_name='asset',
            name='thumbnail',
            field=models.FileField(blank=True, max_length=200, upload_to=generations.models.asset.asset_path),
        ),
        migrations.AddField(
            model_name='asset',
            name='trashed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='upload_expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='upload_url',
            field=models.URLField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name='asset',
            name='uploaded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='upstream_asset_id',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='asset',
            name='upstream_checked_at',
            field=models.DateTimeField(blank=True, help_text='When Apiframe last called it active.', null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='upstream_error',
            field=models.CharField(blank=True, help_text='Why Apiframe refused it.', max_length=300),
        ),
        migrations.AddField(
            model_name='asset',
            name='upstream_state',
            field=models.CharField(choices=[('new', 'Waiting'), ('preparing', 'Preparing'), ('active', 'Ready'), ('failed', 'Refused')], default='new', max_length=9),
        ),
        migrations.AlterField(
            model_name='asset',
            name='sha256',
            field=models.CharField(help_text='Of the bytes that were given, before they were cleaned.', max_length=64),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['user', '-created_at', '-id'], name='asset_newest_by_user'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['upstream_state', 'due_at'], name='asset_due'),
        ),
        migrations.AddConstraint(
            model_name='asset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('upstream_state', 'active'), _negated=True), models.Q(('upload_url', ''), _negated=True), models.Q(('upstream_asset_id', ''), _negated=True), _connector='OR'), name='asset_active_is_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='asset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('upstream_state', 'failed'), _negated=True), models.Q(('upstream_error', ''), _negated=True), _connector='OR'), name='asset_refused_says_why'),
        ),
    ]
