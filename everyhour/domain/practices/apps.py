from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "everyhour.domain.practices"
    label = "practices"
