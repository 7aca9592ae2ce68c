from django.apps import AppConfig


class NowConfig(AppConfig):
    name = "everyhour.features.now"
    label = "now"
