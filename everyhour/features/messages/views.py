"""What reached you, and how we may reach you."""

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
from everyhour.foundation.accounts.devices import device
from everyhour.foundation.accounts.permissions import SignedIn, signed_in
from everyhour.foundation.lib.origins import from_our_pages
from everyhour.foundation.notifications import actions, addresses, purposes
from everyhour.foundation.notifications.channels.push import client as push
from everyhour.foundation.notifications.models import Channel, Notification
from everyhour.foundation.ui.flash import say

SHOWN = 60
LONGEST = 8000  # characters of what a browser says of itself
State = Notification.State
HERE = (State.SENT, State.UNSURE, State.FAILED, State.EXPIRED)


@signed_in
def letters(request: SignedIn) -> HttpResponse:
    """Show what reached somebody, or was meant to; whoever looks has seen it."""
    person, at = request.person, timezone.now()
    found = list(person.notifications.filter(state__in=HERE).order_by("-send_at", "id")[:SHOWN])
    zone = person.zone_at(at)
    rows = [
        {
            "letter": one,
            "at": one.send_at.astimezone(zone),
            "how": wording.fared(one),
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
    """Choose how one wants to be reached."""
    person = request.person
    wishes = addresses.wishes_of(person)
    optional = purposes.optional()
    if request.method == "POST":
        wishes.channels = _chosen(request.POST.get("order", ""))
        wishes.shows = "shows" in request.POST
        wishes.unwanted = [p.name for p in optional if p.name not in request.POST.getlist("wanted")]
        wishes.digest = "digest" not in wishes.unwanted
        wishes.save()
        say(request, _("Saved."))
        return redirect("messages-reach")
    return show(
        request,
        "reach",
        wishes=wishes,
        orders=wording.orders(),
        order=" ".join(addresses.channels(wishes)),
        key=push.public_key(),
        kinds=[
            (
                p.name,
                wording.kind(p.name),
                p.name not in wishes.unwanted and (p.name != "digest" or wishes.digest),
            )
            for p in optional
        ],
        phones=person.notification_addresses.good().filter(channel=Channel.PUSH),
        email=person.email,
        mail_gone=addresses.mailbox(person, at=timezone.now()).gone_at,
    )


# No form token: the service worker keeps a subscription fresh without a page. It must come from our own pages, as JSON.
@signed_in
@csrf_exempt
@require_POST
def phones(request: SignedIn) -> HttpResponse:
    """Keep the browser that says it may be told things."""
    told = _told(request)
    if told is None:
        return JsonResponse({"trouble": "not-json"}, status=400)
    endpoint, keys = str(told.get("endpoint", "")), told.get("keys")
    if (
        not endpoint.startswith(("https://", "http://"))
        or not isinstance(keys, dict)
        or not push.fits(keys)
    ):
        return JsonResponse({"trouble": "not-a-subscription"}, status=400)
    kept = {name: str(keys[name]) for name in ("p256dh", "auth")}
    label = device(request.headers.get("User-Agent", ""))
    phone = addresses.allow(
        request.person, endpoint=endpoint, keys=kept, label=label, at=timezone.now()
    )
    if told.get("instead_of"):
        addresses.gone(request.person, str(told["instead_of"]), at=timezone.now())
    return JsonResponse({"phone": phone.pk})


@signed_in
@require_POST
def phone(request: SignedIn, phone: str) -> HttpResponse:
    """Forget a phone; it hears nothing from then on."""
    get_object_or_404(
        request.person.notification_addresses.filter(channel=Channel.PUSH), pk=phone
    ).delete()
    say(request, _("Removed. We won’t send anything to that phone."))
    return redirect("messages-reach")


@signed_in
@require_POST
def mail(request: SignedIn) -> HttpResponse:
    """Try again the mail address from which mail came back."""
    addresses.mend(request.person, at=timezone.now())
    say(request, _("We’ll email that address again."))
    return redirect("messages-reach")


@signed_in
@require_POST
def try_one(request: SignedIn) -> HttpResponse:
    """Send one, to see how it looks; one a minute at most."""
    at = timezone.now()
    _write_one(request.person, at)
    say(request, _("Test sent. It should arrive in a few seconds; if not, it’s in Messages."))
    return redirect("messages-reach")


def _write_one(person: Any, at: datetime) -> None:
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


def _told(request: HttpRequest) -> dict | None:
    if not from_our_pages(request):
        raise Http404
    if (
        request.content_type != "application/json"
        or int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST
    ):
        return None
    try:
        told = json.loads(request.body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _inside(path: str) -> str:
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else ""


def show(request: HttpRequest, template: str, **context) -> HttpResponse:
    return render(request, f"messages/{template}.html", {"nav": "family", **context})
