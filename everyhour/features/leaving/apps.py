from django.apps import AppConfig


class Leaving(AppConfig):
    name = "everyhour.features.leaving"
    label = "leaving"

    def ready(self):
        from everyhour.features.leaving.models import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
