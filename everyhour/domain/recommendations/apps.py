from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "everyhour.domain.recommendations"
    label = "recommendations"

    def ready(self):
        from everyhour.domain.recommendations.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights

        data_rights.register(CONTRIBUTOR)
