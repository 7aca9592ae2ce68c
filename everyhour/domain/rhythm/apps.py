from django.apps import AppConfig


class RhythmConfig(AppConfig):
    name = "everyhour.domain.rhythm"
    label = "rhythm"

    def ready(self):
        from everyhour.domain.rhythm.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
