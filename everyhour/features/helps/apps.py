from django.apps import AppConfig


class HelpsConfig(AppConfig):
    name = "everyhour.features.helps"
    label = "helps"
