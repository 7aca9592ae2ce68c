"""Flash messages, shown once on the next page that includes `ui/flash.html`."""

from django.contrib import messages
from django.http import HttpRequest


def say(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Show a sentence on the next page. A POST to the URL `undo` reverts the change."""
    messages.success(request, sentence, extra_tags=undo)
