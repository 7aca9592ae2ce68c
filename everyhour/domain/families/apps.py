from django.apps import AppConfig


class Families(AppConfig):
    name = "everyhour.domain.families"
    label = "families"

    def ready(self):
        from everyhour.domain.families.leaving import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
