import logging

from django.apps import AppConfig
from django.core.signals import got_request_exception

logger = logging.getLogger("everyhour.pages")


class UiConfig(AppConfig):
    name = "everyhour.foundation.ui"
    label = "ui"

    def ready(self):
        got_request_exception.connect(log_failure)


def log_failure(sender, request=None, **_):
    """Log which view failed and why, never the address: it can reveal what a family goes through."""
    match = getattr(request, "resolver_match", None)
    logger.exception("The page “%s” failed.", match.view_name if match else "unknown")
