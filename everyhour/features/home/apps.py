from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "everyhour.features.home"
    label = "home"
