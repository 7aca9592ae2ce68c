from django.apps import AppConfig


class MomentPagesConfig(AppConfig):
    name = "everyhour.features.moments"
    label = "moment_pages"
