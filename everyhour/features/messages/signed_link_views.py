"""Signed links in notifications and mails: they work without a session, each for one thing only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from everyhour.features.messages import wording
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.notifications import actions, addresses, texts
from everyhour.foundation.notifications.models import Notification


@public
@csrf_exempt
@require_POST
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a notification was opened."""
    notification = get_object_or_404(Notification, pk=texts.opened_id(token) or "")
    actions.seen(notification, at=timezone.now())
    return HttpResponse(status=204)


@public
@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of notification: by one POST from a mail program (RFC 8058), or by a button."""
    found = texts.unsubscribed(token)
    person = Person.objects.filter(pk=found[0]).first() if found else None
    if found is None or person is None:
        raise Http404
    if request.method == "POST":
        addresses.want(person, found[1], wanted=False)
    context = {"kind": wording.kind(found[1]), "done": request.method == "POST", "token": token}
    return render(request, "messages/enough.html", context)
