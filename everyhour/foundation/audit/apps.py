from django.apps import AppConfig


class Audit(AppConfig):
    name = "everyhour.foundation.audit"
    label = "audit"
