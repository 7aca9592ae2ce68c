from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "everyhour.foundation.jobs"
    label = "jobs"
