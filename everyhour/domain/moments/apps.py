from django.apps import AppConfig


class MomentsConfig(AppConfig):
    name = "everyhour.domain.moments"
    label = "moments"

    def ready(self):
        from everyhour.domain.moments.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
