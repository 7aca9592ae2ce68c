"""Flash messages: kept in the session, shown once, with a form that undoes."""

from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.shortcuts import render

from everyhour.foundation.ui.flash import say


def test_flash_message_is_shown_once_and_never_in_a_cookie(rf, db):
    first, session = visit(rf, lambda request: say(request, "Deleted.", undo="/undo/"))
    second, session = visit(rf, show, session)
    third, _ = visit(rf, show, session)

    assert list(first.cookies) == ["sessionid"]
    assert "Deleted." in second and 'action="/undo/"' in second and "csrfmiddlewaretoken" in second
    assert "Deleted." not in third


def show(request) -> HttpResponse:
    return render(request, "ui/flash.html")


def visit(rf, view, session: str = ""):
    """Let a view answer behind the middleware of sessions and messages."""
    request = rf.get("/")
    request.COOKIES = {"sessionid": session} if session else {}
    messages = MessageMiddleware(lambda request: view(request) or HttpResponse())
    response = SessionMiddleware(messages)(request)
    key = request.session.session_key
    return (response if not response.content else response.content.decode()), key
