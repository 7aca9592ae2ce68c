from django.apps import AppConfig


class NudgesConfig(AppConfig):
    name = "everyhour.domain.nudges"
    label = "nudges"

    def ready(self):
        from everyhour.domain.moments.signals import moments_changed
        from everyhour.domain.nudges import hearing, sending, words
        from everyhour.domain.nudges.leaving import PART
        from everyhour.foundation.letterbox import purposes
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
        purposes.register(
            purposes.Purpose(
                sending.PURPOSE,
                once=True,
                title=words.NEUTRAL,
                guard=sending.guard,
                answers=words.ANSWERS,
            )
        )
        moments_changed.connect(hearing.moments_told, dispatch_uid="nudges hear of moments")
