from django.apps import AppConfig


class LettersPagesConfig(AppConfig):
    name = "everyhour.features.messages"
    label = "features_messages"
