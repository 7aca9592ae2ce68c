from django.apps import AppConfig


class NudgesConfig(AppConfig):
    name = "everyhour.domain.nudges"
    label = "nudges"

    def ready(self):
        from everyhour.domain.moments.signals import moments_changed
        from everyhour.domain.nudges import receivers, sending, wording
        from everyhour.domain.nudges.data_rights import CONTRIBUTOR
        from everyhour.foundation import data_rights
        from everyhour.foundation.notifications import purposes

        data_rights.register(CONTRIBUTOR)
        purposes.register(
            purposes.Purpose(
                sending.PURPOSE,
                once=True,
                title=wording.NEUTRAL,
                recheck=sending.recheck,
                answers=wording.ANSWERS,
            )
        )
        moments_changed.connect(receivers.on_moments_changed, dispatch_uid="nudges hear of moments")
