from django.apps import AppConfig


class FamilyConfig(AppConfig):
    name = "everyhour.features.family"
    label = "family"
