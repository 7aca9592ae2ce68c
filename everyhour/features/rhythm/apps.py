from django.apps import AppConfig


class RhythmPagesConfig(AppConfig):
    name = "everyhour.features.rhythm"
    label = "features_rhythm"
