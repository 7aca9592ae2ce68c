from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "everyhour.features.library"
    label = "library"
