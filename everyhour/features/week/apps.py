from django.apps import AppConfig


class WeekConfig(AppConfig):
    name = "everyhour.features.week"
    label = "week"

    def ready(self):
        from everyhour.features.week import sunday
        from everyhour.foundation.notifications import purposes

        purposes.register(sunday.PURPOSE)
