from django.apps import AppConfig


class LetterboxConfig(AppConfig):
    name = "everyhour.foundation.letterbox"
    label = "letterbox"

    def ready(self):
        from everyhour.foundation.letterbox import purposes
        from everyhour.foundation.letterbox.leaving import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
        for purpose in purposes.OWN:
            purposes.register(purpose)
