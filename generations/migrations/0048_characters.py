import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0047_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Character',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('folded', models.CharField(editable=False, max_length=1080)),
                ('note', models.TextField(blank=True, max_length=500)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='characters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'character',
                'verbose_name_plural': 'characters',
                'ordering': ['folded'],
                'constraints': [models.UniqueConstraint(fields=('user', 'folded'), name='character_unique_per_user'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='character_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='CharacterPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='generations.asset')),
                ('character', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='places', to='generations.character')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('character', 'position'), name='character_place_taken_once'), models.UniqueConstraint(fields=('character', 'asset'), name='character_picture_once'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 9)), name='character_place_in_range')],
            },
        ),
    ]
