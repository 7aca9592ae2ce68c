from django.apps import AppConfig


class LetterboxConfig(AppConfig):
    name = "everyhour.foundation.letterbox"
    label = "letterbox"
