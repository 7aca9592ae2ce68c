from django.apps import AppConfig


class RhythmConfig(AppConfig):
    name = "everyhour.domain.rhythm"
    label = "rhythm"

    def ready(self):
        from everyhour.domain.rhythm.leaving import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
