from django.db import migrations, models

import everyhour.domain.families.models.child


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="child",
            name="bodies",
            field=models.JSONField(
                blank=True,
                default=list,
                validators=[everyhour.domain.families.models.child.known_bodies],
            ),
        ),
        migrations.AddField(
            model_name="child",
            name="care_touch",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="child",
            name="hard",
            field=models.JSONField(
                blank=True,
                default=list,
                validators=[everyhour.domain.families.models.child.known_situations],
            ),
        ),
    ]
