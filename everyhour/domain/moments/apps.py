from django.apps import AppConfig


class MomentsConfig(AppConfig):
    name = "everyhour.domain.moments"
    label = "moments"

    def ready(self):
        from everyhour.domain.moments.leaving import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
