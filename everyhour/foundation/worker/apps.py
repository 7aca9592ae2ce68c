from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "everyhour.foundation.worker"
    label = "worker"
