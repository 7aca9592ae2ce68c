"""Pages: the messages of a person, and how we reach them."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from everyhour.features.messages import wording
from everyhour.foundation.accounts.devices import describe_device
from everyhour.foundation.accounts.permissions import SignedIn, signed_in
from everyhour.foundation.lib.origins import from_our_pages
from everyhour.foundation.notifications import actions, addresses, purposes
from everyhour.foundation.notifications.channels.push import client as push
from everyhour.foundation.notifications.models import Channel, Notification
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.kept import kept_offline

SHOWN = 60
LONGEST = 8000  # bytes of a push subscription
State = Notification.State
HERE = (State.SENT, State.UNSURE, State.FAILED, State.EXPIRED)


@signed_in
@kept_offline
def messages(request: SignedIn) -> HttpResponse:
    """Show sent and failed messages, and mark them as seen."""
    person, at = request.person, timezone.now()
    found = list(person.notifications.filter(state__in=HERE).order_by("-send_at", "id")[:SHOWN])
    zone = person.zone_at(at)
    rows = [
        {
            "message": one,
            # A wall time: templates turn a time with a zone into UTC before writing its date.
            "at": one.send_at.astimezone(zone).replace(tzinfo=None),
            "how": wording.describe_delivery(one),
            "path": _inside(one.path),
        }
        for one in found
    ]
    for one in found:
        if one.seen_at is None:
            actions.seen(one, at=at)
    return show(request, "messages", rows=rows, today=at.astimezone(zone).date())


@signed_in
def reach(request: SignedIn) -> HttpResponse:
    """Choose how to be reached."""
    person = request.person
    preferences = addresses.preferences_of(person)
    if request.method == "POST":
        preferences.channels = _chosen(request.POST.get("order", ""))
        preferences.shows = "shows" in request.POST
        addresses.choose(preferences, request.POST.getlist("wanted"))
        preferences.save()
        say(request, _("Saved."))
        return redirect("messages-reach")
    return show(
        request,
        "reach",
        preferences=preferences,
        orders=wording.orders(),
        order=" ".join(addresses.channels(preferences)),
        key=push.public_key(),
        kinds=[
            (
                p.name,
                wording.kind(p.name),
                p.wanted_by(preferences) and (p.name != "digest" or preferences.digest),
            )
            for p in purposes.optional()
        ],
        phones=person.notification_addresses.good().filter(channel=Channel.PUSH),
        email=person.email,
        mail_gone=addresses.mailbox(person, at=timezone.now()).gone_at,
    )


# Without a CSRF token: the service worker renews a subscription without a page.
# Only JSON from our own origin is accepted.
@signed_in
@csrf_exempt
@require_POST
def phones(request: SignedIn) -> HttpResponse:
    """Register a browser's push subscription."""
    data = _json_of(request)
    if data is None:
        return JsonResponse({"trouble": "not-json"}, status=400)
    endpoint, keys = str(data.get("endpoint", "")), data.get("keys")
    if (
        not endpoint.startswith(("https://", "http://"))
        or not isinstance(keys, dict)
        or not push.fits(keys)
    ):
        return JsonResponse({"trouble": "not-a-subscription"}, status=400)
    kept = {name: str(keys[name]) for name in ("p256dh", "auth")}
    label = describe_device(request.headers.get("User-Agent", ""))
    phone = addresses.allow(
        request.person, endpoint=endpoint, keys=kept, label=label, at=timezone.now()
    )
    if data.get("instead_of"):
        addresses.gone(request.person, str(data["instead_of"]), at=timezone.now())
    return JsonResponse({"phone": phone.pk})


@signed_in
@require_POST
def phone(request: SignedIn, phone: str) -> HttpResponse:
    """Delete a phone's push address."""
    get_object_or_404(
        request.person.notification_addresses.filter(channel=Channel.PUSH), pk=phone
    ).delete()
    say(request, _("Removed. We won’t send anything to that phone."))
    return redirect("messages-reach")


@signed_in
@require_POST
def mail(request: SignedIn) -> HttpResponse:
    """Allow mail to an address that bounced."""
    addresses.retry_mail(request.person, at=timezone.now())
    say(request, _("We’ll email that address again."))
    return redirect("messages-reach")


@signed_in
@require_POST
def try_one(request: SignedIn) -> HttpResponse:
    """Send a test message, once a minute at most."""
    at = timezone.now()
    _write_test(request.person, at)
    say(request, _("Test sent. It should arrive in a few seconds; if not, it’s in Messages."))
    return redirect("messages-reach")


def _write_test(person: Any, at: datetime) -> None:
    actions.write(
        person=person,
        purpose="try",
        key=f"try:{person.pk}:{at:%Y-%m-%dT%H:%M}",
        title=str(purposes.TRY.title),
        body=_("This is the test you asked for. Nothing else to see."),
        path=f"/{get_language()}/messages/reach/",
        at=at,
        expires_at=at + timedelta(minutes=10),
    )


def _chosen(order: str) -> list[str]:
    return order.split() if order in dict(wording.orders()) else []


def _json_of(request: HttpRequest) -> dict | None:
    if not from_our_pages(request):
        raise Http404
    if (
        request.content_type != "application/json"
        or int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST
    ):
        return None
    try:
        data = json.loads(request.body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _inside(path: str) -> str:
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else ""


def show(request: HttpRequest, template: str, **context) -> HttpResponse:
    return render(request, f"messages/{template}.html", {"nav": "family", **context})
