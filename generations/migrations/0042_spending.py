"""What each account spent in each quarter of an hour."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0041_card_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.DateTimeField(verbose_name='quarter of an hour')),
                ('credits', models.IntegerField(verbose_name='credits')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='spending', to='generations.account')),
            ],
            options={
                'verbose_name': 'spending',
                'verbose_name_plural': 'spending',
                'constraints': [models.UniqueConstraint(fields=('account', 'quarter'), name='spending_one_row_per_quarter')],
            },
        ),
    ]
