"""Flash messages: what a request did, shown once on the next page that includes `ui/flash.html`."""

from django.contrib import messages
from django.http import HttpRequest


def say(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Keep a sentence for the next page. A POST to the URL `undo` takes the change back."""
    messages.success(request, sentence, extra_tags=undo)
