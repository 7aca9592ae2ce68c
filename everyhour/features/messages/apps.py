from django.apps import AppConfig


class MessagesPagesConfig(AppConfig):
    name = "everyhour.features.messages"
    label = "features_messages"
