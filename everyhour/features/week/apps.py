from django.apps import AppConfig


class WeekConfig(AppConfig):
    name = "everyhour.features.week"
    label = "week"
