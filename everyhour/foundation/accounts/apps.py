from django.apps import AppConfig


class Accounts(AppConfig):
    name = "everyhour.foundation.accounts"
    label = "accounts"

    def ready(self):
        from everyhour.foundation import data_rights
        from everyhour.foundation.accounts.data_rights import CONTRIBUTOR

        data_rights.register(CONTRIBUTOR)
