from django.apps import AppConfig


class NudgesPagesConfig(AppConfig):
    name = "everyhour.features.nudges"
    label = "features_nudges"
