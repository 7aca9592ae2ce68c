"""Right now: a breath, how the child is, what is around it, new eyes and one tiny thing, how it is now, a kind close.

Each step is a page of its own, found by its address, and works without JavaScript. `static/now/flow.js` walks the same
steps on the phone, from the pocket, without asking us.
"""

import json
import secrets

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, SITUATIONS, STATES
from everyhour.domain.recommendations import bundle as pockets
from everyhour.domain.recommendations import bundle_reader
from everyhour.domain.recommendations.advisor import OUTCOMES, PRESENCE_ONLY, Wishes
from everyhour.domain.recommendations.models import OfflineBundle
from everyhour.features.now import own, words
from everyhour.foundation.lib.permissions import public

FIRST_SITUATIONS = ("homework", "mealtime", "screens", "sibling", "leaving", "car", "bedtime")
MOST_SEEN = 100


@public
def now(request: HttpRequest) -> HttpResponse:
    """Ask how things are; with a practice in the address (a nudge leads here) show that one at once."""
    asked = request.GET.get("practice", "")
    return (lead(request, asked) if asked else None) or page(request, "start")


@public
def you(request: HttpRequest, caregiver: str) -> HttpResponse:
    """Show a card for the caregiver first."""
    if caregiver not in CAREGIVER_STATES:
        return lost(request)
    carried = carry()
    cards = [card for card in carried["caregiver"] if caregiver in card["states"]]
    seen = seen_in(request)
    left = [card for card in cards if card["slug"] not in seen] or cards
    card = secrets.choice(left)
    mind = [
        carried["cautions"][caution]
        for caution in card["cautions"]
        if caution in carried["cautions"]
    ]
    return page(
        request,
        "you",
        carried=carried,
        caregiver=caregiver,
        card=card,
        card_cautions=mind,
        seen=seen,
    )


@public
def around(request: HttpRequest, state: str) -> HttpResponse:
    """Ask what is going on around it; at fear and terror help comes at once."""
    if state not in STATES:
        return lost(request)
    return (
        idea(request, state, "any")
        if state in PRESENCE_ONLY
        else page(request, "around", state=state)
    )


@public
def idea(request: HttpRequest, state: str, situation: str) -> HttpResponse:
    """Show new eyes and one tiny thing to do, drawn as the phone draws it."""
    if state not in STATES or situation not in (*SITUATIONS, "any"):
        return lost(request)
    carried, seen = carry(), seen_in(request)
    whom = about(request)
    wishes, learned = (whom.wishes, whom.own(carried)) if whom else (Wishes(), None)
    if learned and not bundle_reader.learned_of(
        learned, carried, state=state, situation=situation, wishes=wishes
    ):
        learned = (
            None  # of another pocket, or nothing of it may be offered: the pocket's own rule draws
        )
    draw = secrets.SystemRandom().random()
    drawn = bundle_reader.offer(
        carried, state=state, situation=situation, seen=seen, wishes=wishes, draw=draw, own=learned
    )
    return page(
        request,
        "idea",
        carried=carried,
        state=state,
        situation=situation,
        whom=whom,
        choice=drawn,
        seen=[*seen, drawn.slug] if drawn else seen,
        offer_json=json.dumps(bundle_reader.record(carried, drawn, learned)) if drawn else "",
        shown=bundle_reader.shown(
            carried, drawn.slug if drawn else None, state=state, situation=situation
        ),
    )


def lead(request: HttpRequest, slug: str) -> HttpResponse | None:
    """Show one practice as a step; None when there is none of this name, or the family said never."""
    carried, whom = carry(), about(request)
    situation = request.GET.get("situation", "any")
    situation = situation if situation in SITUATIONS else "any"
    if not bundle_reader.may_lead(carried, slug, wishes=whom.wishes if whom else Wishes()):
        return None
    made = bundle_reader.brought(carried, slug, nudge=request.GET.get("nudge", ""))
    return page(
        request,
        "idea",
        carried=carried,
        state="calm",
        situation=situation,
        whom=whom,
        choice=made,
        seen=[slug],
        offer_json=json.dumps(made),
        shown=bundle_reader.shown(carried, slug, state="calm", situation=situation),
    )


@public
def after(request: HttpRequest, state: str, situation: str) -> HttpResponse:
    if state not in STATES or situation not in (*SITUATIONS, "any"):
        return lost(request)
    return page(request, "after", state=state, situation=situation)


@public
def done(request: HttpRequest, state: str, situation: str, outcome: str) -> HttpResponse:
    if state not in STATES or situation not in (*SITUATIONS, "any") or outcome not in OUTCOMES:
        return lost(request)
    step = "safe" if outcome == "unsafe" else "done"
    return page(
        request,
        step,
        state=state,
        situation=situation,
        outcome=outcome,
        close=words.closes()[outcome],
    )


@public
def phone(request: HttpRequest) -> HttpResponse:
    """What this phone keeps: the moments, a little about the child, and a copy to take along."""
    carried = carry()
    countries = sorted(
        ((code, told["name"]) for code, told in carried["crisis"].items()), key=lambda pair: pair[1]
    )
    context = {
        "nav": "phone",
        "words": words.phone(),
        "countries": countries,
        "ages": range(1, 19),
        "sign_in_url": reverse("sign-in"),
    }
    return render(request, "now/phone.html", context)


@public
def pocket(request: HttpRequest, version: str | None = None) -> HttpResponse:
    """Give the pocket in use, or one of the past by its version; it never changes under its version, which is its ETag."""
    body = (
        get_object_or_404(OfflineBundle, version=version, language=carried_language()).body
        if version
        else carry()
    )
    etag = f'"{body["version"]}-{body["language"]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(
            pockets.written(body)[1],
            content_type="application/json",
            headers={"Content-Encoding": "gzip"},
        )
    else:
        response = HttpResponse(pockets.written(body)[0], content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def about(request: HttpRequest) -> own.About | None:
    """Find whom this page is about. When the database does not answer, help comes as it comes to a guest."""
    try:
        return own.about(request, at=timezone.now())
    except DatabaseError:
        return None


def carry() -> dict:
    """Give the pocket of the page's language; English, where there is none in it."""
    return pockets.current(carried_language())


def carried_language() -> str:
    language = get_language() or "en"
    return language if language in pockets.CHILD else "en"


def page(
    request: HttpRequest, step: str, *, status: int = 200, carried: dict | None = None, **context
) -> HttpResponse:
    carried = carried or carry()
    whom = context.pop("whom", None) or about(request)
    several = whom is not None and len(whom.children) > 1
    return render(
        request,
        "now/flow.html",
        {
            "whom": whom,
            "several": several,
            "chosen": f"child={whom.child.pk}"
            if whom and several and request.GET.get("child") == whom.child.pk
            else "",
            "step": step,
            "pocket": carried,
            "child": (whom.child.nickname,) * 2
            if whom and several and whom.child.nickname
            else carried["child"],
            "words": words.flow(),
            "first_situations": [(s, carried["situations"][s]) for s in FIRST_SITUATIONS],
            "other_situations": [
                (s, told) for s, told in carried["situations"].items() if s not in FIRST_SITUATIONS
            ],
            "country": settings.COUNTRY,
            "state": "",
            "situation": "any",
            **context,
        },
        status=status,
    )


def lost(request: HttpRequest) -> HttpResponse:
    """An address we do not know: say so in one line, and begin where help begins."""
    return page(
        request, "start", status=404, sorry=_("That page isn’t here. Begin again from this one.")
    )


def seen_in(request: HttpRequest) -> list[str]:
    return [slug for slug in request.GET.get("seen", "")[:8000].split(",") if slug][:MOST_SEEN]
