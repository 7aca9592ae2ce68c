from django.apps import AppConfig


class Families(AppConfig):
    name = "everyhour.domain.families"
    label = "families"

    def ready(self):
        from everyhour.domain.families.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
