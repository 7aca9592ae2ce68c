from django.apps import AppConfig


class LettersPagesConfig(AppConfig):
    name = "everyhour.features.letters"
    label = "features_letters"
