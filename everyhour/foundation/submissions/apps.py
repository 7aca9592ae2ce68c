from django.apps import AppConfig


class Submissions(AppConfig):
    name = "everyhour.foundation.submissions"
    label = "submissions"

    def ready(self):
        from everyhour.foundation import data_rights
        from everyhour.foundation.submissions.data_rights import CONTRIBUTOR

        data_rights.register(CONTRIBUTOR)
