from django.apps import AppConfig


class MomentsConfig(AppConfig):
    name = "everyhour.domain.moments"
    label = "moments"
