from django.apps import AppConfig


class Accounts(AppConfig):
    name = "everyhour.foundation.accounts"
    label = "accounts"

    def ready(self):
        from everyhour.foundation.accounts.leaving import PART
        from everyhour.foundation.lib import leaving

        leaving.register(PART)
