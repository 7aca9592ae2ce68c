from django.apps import AppConfig


class RhythmConfig(AppConfig):
    name = "everyhour.domain.rhythm"
    label = "rhythm"
