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
    """Log the failed view with its traceback, never the URL: it can reveal a family's situation."""
    match = getattr(request, "resolver_match", None)
    logger.exception("The page “%s” failed.", match.view_name if match else "unknown")
