"""Right now: a breath, the child's state, the situation, one thing to do, and the outcome.

Each step is a page with an address of its own and works without JavaScript. `static/now/flow.js`
shows the same steps on the phone, from the offline bundle, without asking the server.
"""

import secrets

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from everyhour.domain.practices import bodies, danger_files
from everyhour.domain.practices.vocabulary import (
    CAREGIVER_STATES,
    DANGER_CAUTIONS,
    DANGER_SITUATIONS,
    SITUATIONS,
    STATES,
)
from everyhour.domain.recommendations import bundle, bundle_reader, own_words
from everyhour.domain.recommendations.advisor import OUTCOMES, PRESENCE_ONLY, Wishes
from everyhour.domain.recommendations.context import UNKNOWN
from everyhour.domain.recommendations.models import OfflineBundle
from everyhour.features.now import child_bundles, wording
from everyhour.features.now.links import Links
from everyhour.features.now.pictograms.sprite import DRAWINGS
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.text import clean
from everyhour.foundation.ui.kept import kept_offline

# The nine tiles before the phone has learned an order (static/now/tiles.js).
FIRST_SITUATIONS = (
    *("homework", "bedtime", "screens"),
    *("sibling", "leaving", "mealtime"),
    *("public", "car", "school_refusal"),
)
# Below an idea for fear or terror, which comes before the question for the situation.
WHICH_SITUATIONS = (*DANGER_SITUATIONS, "public", "night")
MAX_SEEN = 400
LONGEST_WORDS = 100


@public
@kept_offline
def now(request: HttpRequest) -> HttpResponse:
    """Show a breath; with a practice in the address (from a reminder) show that practice."""
    slug = request.GET.get("practice", "")
    return (show_practice(request, slug) if slug else None) or show(request, "breath")


@public
def start(request: HttpRequest) -> HttpResponse:
    """Ask how the child is, and answer a caregiver who said how they are themselves."""
    caregiver = request.GET.get("you", "")
    return show(request, "start", caregiver=caregiver if caregiver in CAREGIVER_STATES else "")


@public
def you(request: HttpRequest, caregiver: str) -> HttpResponse:
    """Show a card for a caregiver in this state."""
    if caregiver not in CAREGIVER_STATES:
        return not_found(request)
    contents, seen = bundle.for_reader(), read_seen(request)
    chosen = find_child(request)
    wishes, relation = (chosen.wishes, chosen.by.relation) if chosen else (UNKNOWN, "")
    cards = bundle_reader.cards_for(contents, caregiver, wishes, relation)
    card = secrets.choice([card for card in cards if card["slug"] not in seen] or cards)
    cautions = contents["cautions"]
    return show(
        request,
        "you",
        contents=contents,
        chosen=chosen,
        caregiver=caregiver,
        card=card,
        card_cautions=[cautions[code] for code in card["cautions"] if code in cautions],
        card_in_danger=any(code in DANGER_CAUTIONS for code in card["cautions"]),
        seen=[*seen, card["slug"]],
    )


@public
def around(request: HttpRequest, state: str) -> HttpResponse:
    """Ask for the situation; in fear and terror show an idea at once.

    Words of the caregiver's own lead to the situation they are about, else to the library's search.
    """
    if state not in STATES:
        return not_found(request)
    if typed := clean(request.GET.get("words", ""), most=LONGEST_WORDS):
        return look_up(request, state, typed)
    if state in PRESENCE_ONLY:
        return idea(request, state, "any")
    return show(request, "around", state=state)


@public
def idea(request: HttpRequest, state: str, situation: str) -> HttpResponse:
    """Show another way to see it and one thing to do, chosen at random as the phone chooses it."""
    if state not in STATES or situation not in (*SITUATIONS, "any"):
        return not_found(request)
    contents, seen, chosen = bundle.for_reader(), read_seen(request), find_child(request)
    wishes, learned = (chosen.wishes, chosen.bundle(contents)) if chosen else (UNKNOWN, None)
    # What was learned is for another offline bundle, or allows nothing: the bundle's rule chooses.
    if learned and not bundle_reader.learned_probabilities(
        learned, contents, state=state, situation=situation, wishes=wishes
    ):
        learned = None
    choice = bundle_reader.offer(
        contents,
        state=state,
        situation=situation,
        seen=seen,
        wishes=wishes,
        draw=secrets.SystemRandom().random(),
        child_bundle=learned,
    )
    slug = choice.slug if choice else None
    return show(
        request,
        "idea",
        contents=contents,
        state=state,
        situation=situation,
        chosen=chosen,
        seen=[*seen, slug] if slug else seen,
        offer=bundle_reader.offer_record(contents, choice, learned) if choice else None,
        shown=bundle_reader.shown(
            contents, slug, state=state, situation=situation, wishes=wishes, turn=len(seen)
        ),
    )


def look_up(request: HttpRequest, state: str, typed: str) -> HttpResponse:
    """Go to the situation these words are about, else to the library's search.

    With words of danger about anything else, to the search: it shows the numbers first.
    """
    situation = own_words.find_situation(typed, bundle.for_reader()["situations"])
    worry = danger_files.has_danger(typed) and situation not in DANGER_SITUATIONS
    if situation is None or worry:
        return redirect(f"{reverse('library')}?{urlencode({'q': typed})}")
    child = request.GET.get("child", "")
    query = f"?{urlencode({'child': child})}" if child else ""
    return redirect(reverse("now-idea", args=[state, situation]) + query)


def show_practice(request: HttpRequest, slug: str) -> HttpResponse | None:
    """Show one practice as a step; None when it is unknown or may not be suggested."""
    contents, chosen = bundle.for_reader(), find_child(request)
    situation = request.GET.get("situation", "any")
    situation = situation if situation in SITUATIONS else "any"
    wishes = chosen.wishes if chosen else UNKNOWN
    if not bundle_reader.may_suggest(contents, slug, situation=situation, wishes=wishes):
        return None
    return show(
        request,
        "idea",
        contents=contents,
        state="calm",
        situation=situation,
        chosen=chosen,
        seen=[slug],
        offer=bundle_reader.nudge_record(contents, slug, nudge=request.GET.get("nudge", "")),
        shown=bundle_reader.shown(contents, slug, state="calm", situation=situation, wishes=wishes),
    )


@public
def after(request: HttpRequest, state: str, situation: str) -> HttpResponse:
    if state not in STATES or situation not in (*SITUATIONS, "any"):
        return not_found(request)
    return show(request, "after", state=state, situation=situation)


@public
def done(request: HttpRequest, state: str, situation: str, outcome: str) -> HttpResponse:
    if state not in STATES or situation not in (*SITUATIONS, "any") or outcome not in OUTCOMES:
        return not_found(request)
    step, close = "safe" if outcome == "unsafe" else "done", wording.closes()[outcome]
    return show(request, step, state=state, situation=situation, close=close)


@public
@kept_offline
def phone(request: HttpRequest) -> HttpResponse:
    """Show the page of what this phone stores; phone.js fills it in."""
    countries = bundle.for_reader()["crisis"].items()
    context = {
        "nav": "phone",
        "words": wording.phone(),
        "plan_words": wording.plan(),
        "countries": sorted(
            ((code, country["name"]) for code, country in countries), key=lambda pair: pair[1]
        ),
        "ages": wording.ages(),
        "acts": wording.acts_about(),
        "bodies": bodies.names().items(),
        "sign_in_url": reverse("sign-in"),
    }
    return render(request, "now/phone.html", context)


@public
def offline_bundle(
    request: HttpRequest, version: str | None = None, *, ways: bool = False
) -> HttpResponse:
    """Return the current offline bundle, or an earlier one by its version.

    A version never changes, so version and language are the ETag.
    """
    if version:
        earlier = {"version": version, "language": bundle.reader_language()}
        body = get_object_or_404(OfflineBundle, **earlier).body
    else:
        body = bundle.for_reader()
    etag = f'"{body["version"]}-{body["language"]}{"-ways" if ways else ""}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        accepted, encoded = (
            request.headers.get("Accept-Encoding", ""),
            bundle.serialize(body, ways=ways),
        )
        encoding = next(name for name in encoded if name in accepted)
        response = HttpResponse(
            encoded[encoding],
            content_type="application/json",
            headers={"Content-Encoding": encoding} if encoding else None,
        )
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def find_child(request: HttpRequest) -> child_bundles.ChosenChild | None:
    """Return the child this page is about; None also without a database: help needs no child."""
    try:
        return child_bundles.find_chosen_child(request, at=timezone.now())
    except DatabaseError:
        return None


def show(
    request: HttpRequest,
    step: str,
    *,
    status: int = 200,
    contents: dict | None = None,
    chosen: child_bundles.ChosenChild | None = None,
    state: str = "",
    situation: str = "any",
    **context,
) -> HttpResponse:
    """Render a step. The page contains every step; flow.js shows the hidden ones."""
    contents = contents or bundle.for_reader()
    chosen = chosen or find_child(request)
    several = chosen is not None and len(chosen.children) > 1
    nickname = chosen.child.nickname if chosen else ""
    name = (nickname, nickname) if nickname else contents["child"]
    child_query = ""
    if chosen and several and request.GET.get("child") == chosen.child.pk:
        child_query = f"child={chosen.child.pk}"
    home = reverse("today" if request.person else "home")  # type: ignore[attr-defined]
    links = Links(state, situation, child_query, home)
    caregiver = context.get("caregiver", "")
    situations, shown = contents["situations"], context.get("shown")
    wishes = chosen.wishes if chosen else UNKNOWN
    context = {
        "step": step,
        "back": links.back(step),
        "state": state,
        "situation": situation,
        "chosen": chosen,
        "several": several,
        "child": name,
        "another_idea": links.another_idea(context.get("seen", [])),
        "bundle": contents,
        "words": wording.flow(),
        "country": settings.COUNTRY,
        "calls": contents["crisis"].get(settings.COUNTRY, {}).get("emergency", []),
        "links": links,
        "states": [
            (key, entry, links.to("now-around", key)) for key, entry in contents["states"].items()
        ],
        "child_id": child_query.removeprefix("child="),
        "answer": contents["caregiver_states"].get(caregiver, {}).get("answer", ""),
        "own_card": links.own_card(caregiver),
        "first_situations": links.situations(situations, FIRST_SITUATIONS),
        "danger_situations": links.situations(situations, DANGER_SITUATIONS),
        "other_situations": links.situations(
            situations,
            [key for key in situations if key not in (*FIRST_SITUATIONS, *DANGER_SITUATIONS)],
        ),
        "which_situations": links.situations(situations, WHICH_SITUATIONS),
        "outcomes": [
            (key, entry, links.to("now-done", state, situation, key))
            for key, entry in contents["outcomes"].items()
        ],
        "pictograms": static("now/pictograms.svg"),
        **(describe(contents, shown, state, situation, nickname, wishes) if shown else {}),
        "ways": wording.ways(shown or {}),
        **context,
    }
    return render(request, "now/flow.html", context, status=status)


def describe(
    contents: dict, shown: dict, state: str, situation: str, nickname: str, wishes: Wishes
) -> dict:
    """Return what the page says around an idea."""
    practice = shown["practice"]
    nothing_left = "" if practice else wording.nothing_left(state, situation)
    drawn = practice and shown["way"] == "steps" and practice["slug"] in DRAWINGS
    return {
        "where": wording.where(contents, state, situation, nickname, wishes),
        "nothing_left": nothing_left,
        "headline": nothing_left or shown["new"],
        "pictogram": practice["slug"] if drawn else "",
        "say_how": wording.say_how(state, wishes.bodies),
        "help": shown["help"] or ([wording.help_if(state)] if shown["danger"] else []),
        "is_presence": state in PRESENCE_ONLY,
    }


def not_found(request: HttpRequest) -> HttpResponse:
    sorry = _("That page doesn’t exist. Start again from here.")
    return show(request, "start", status=404, sorry=sorry)


def read_seen(request: HttpRequest) -> list[str]:
    return [slug for slug in request.GET.get("seen", "")[:16_000].split(",") if slug][:MAX_SEEN]
