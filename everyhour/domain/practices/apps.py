from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "everyhour.domain.practices"
    label = "practices"

    def ready(self):
        from everyhour.domain.practices.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
