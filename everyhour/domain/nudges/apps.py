from django.apps import AppConfig


class NudgesConfig(AppConfig):
    name = "everyhour.domain.nudges"
    label = "nudges"
