from django.apps import AppConfig


class DataRights(AppConfig):
    name = "everyhour.features.data_rights"
    label = "data_rights"

    def ready(self):
        from everyhour.features.data_rights.models import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
