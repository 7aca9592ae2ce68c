from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "everyhour.foundation.notifications"
    label = "notifications"

    def ready(self):
        from everyhour.foundation import data_rights
        from everyhour.foundation.notifications import purposes
        from everyhour.foundation.notifications.data_rights import CONTRIBUTOR

        data_rights.register(CONTRIBUTOR)
        for purpose in purposes.OWN:
            purposes.register(purpose)
