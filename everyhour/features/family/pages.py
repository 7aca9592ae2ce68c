"""How this room answers: what was done is said on the next page, with a way to undo it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SAID = "family said"


def say(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Keep one sentence for the next page; `undo` is the address that takes the change back."""
    request.session[SAID] = {"sentence": sentence, "undo": undo}


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    if SAID in request.session:
        context["said"] = request.session.pop(SAID)
    return render(request, f"family/{template}.html", {"nav": "family", **context}, status=status)
