"""What helps a child in a state, and who is around the child. Never a grade."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.families.permissions import InFamily, sees_helps
from everyhour.domain.moments.models import Moment
from everyhour.domain.practices.vocabulary import STATES
from everyhour.domain.recommendations import bundle, estimates
from everyhour.features.helps import tries, verdict, wording
from everyhour.foundation.live.hub import hub
from everyhour.foundation.ui.kept import kept_offline

FOUR_WEEKS = timedelta(days=28)
CALM, USUAL = "calm", "alarm"
HARD_FIRST = (
    *(state for state in STATES if state != CALM),
    CALM,
)  # the page is for hard states first


@dataclass(frozen=True)
class Card:
    """Practices of one group, each with what is said of it."""

    key: str
    rows: list[tuple[tries.Row, verdict.Verdict]]

    @property
    def heading(self) -> str:
        return str(verdict.HEADINGS[self.key])

    @property
    def empty(self) -> str:
        return str(verdict.EMPTY.get(self.key, ""))


@sees_helps
@kept_offline
def helps(request: InFamily) -> HttpResponse:
    """Show the tries with one child in one state, one light each."""
    live, caregiver, texts = hub.here(), request.place.caregiver, bundle.for_reader_or_empty()
    children, child = choose_child(request, caregiver)
    all_tries = tries.load(child, by=caregiver) if child else []
    state = chosen_state(request, all_tries)
    here = [one for one in all_tries if one.state == state]
    rows = tries.rows(
        here, tries.titles({one.practice for one in here}, texts, get_language() or "en")
    )
    at = timezone.now()
    zone, names = request.person.zone_at(at), child_names(child, texts)
    estimates_here = load_estimates(child, caregiver, rows, state=state, at=at, zone=zone.key)
    said = [
        verdict.decide(
            row.helped,
            row.tried,
            says=estimates_here.says.get((row.practice, row.situation), ""),
            when=row.when,
            child=names[0],
        )
        for row in rows
    ]
    cards = [
        Card(key, [(row, one) for row, one in zip(rows, said, strict=True) if one.group == key])
        for key in verdict.HEADINGS
    ]
    states = [(key, texts.get("states", {}).get(key, {}).get("name", key)) for key in HARD_FIRST]
    context = {
        "nav": "helps",
        "live": live,
        "children": children,
        "child": child,
        "state": state,
        "states": states,
        "cards": [card for card in cards if card.key in verdict.CARDS],
        "folded": [card for card in cards if card.key not in verdict.CARDS and card.rows],
        "count": len(all_tries),
        "first": all_tries[0] if all_tries else None,
        "steps": sum(one.stirred for one in here),
        "name": names,
        "at": at,
        "learned": wording.learned_sentence(estimates_here, now=at.astimezone(zone)),
        "guardian": caregiver.is_guardian,
    }
    return render(request, "helps/helps.html", context)


def load_estimates(
    child: Child | None,
    caregiver: Caregiver,
    rows: Iterable[tries.Row],
    *,
    state: str,
    at: datetime,
    zone: str,
) -> estimates.Summary:
    """Return the estimates of the rows, learned from tries in this home alone."""
    asked = [(row.practice, row.situation) for row in rows]
    return (
        estimates.summarize(child, caregiver.household, asked, state=state, zone=zone, at=at)
        if child
        else estimates.Summary()
    )


@sees_helps
@kept_offline
def around(request: InFamily) -> HttpResponse:
    """Show the safe people around one child, by name, and their moments of the last four weeks."""
    live, caregiver, texts = hub.here(), request.place.caregiver, bundle.for_reader_or_empty()
    children, child = choose_child(request, caregiver)
    since = timezone.now() - FOUR_WEEKS
    given = tries.counted_for(caregiver).filter(child=child, kind=Moment.Kind.GIVEN, at__gte=since)
    moments = dict(
        given.exclude(caregiver=None).values_list("caregiver").annotate(Count("pk")).order_by()
    )
    people = caregiver.family.caregivers.all()
    known = [
        (person, moments.get(person.pk, 0))
        for person in people
        if person.pk in moments or lives_here(person, caregiver)
    ]
    shown = sorted(
        (
            (display_name(p, caregiver), wording.RELATIONS.get(p.relation, ""), n, p == caregiver)
            for p, n in known
        ),
        key=lambda row: (row[0].casefold(), str(row[1])),
    )
    context = {
        "nav": "helps",
        "live": live,
        "children": children,
        "child": child,
        "people": shown,
        "name": child_names(child, texts),
        "with_moments": sum(1 for _person, n in known if n),
        "moments": sum(moments.values()),
        "guardian": caregiver.is_guardian,
    }
    return render(request, "helps/around.html", context)


def choose_child(request: HttpRequest, caregiver: Caregiver) -> tuple[list[Child], Child | None]:
    """Return the children of this home, and the chosen one; raise Http404 for another."""
    children = list(caregiver.household.children.all())
    if asked := request.GET.get("child"):
        return children, get_object_or_404(caregiver.household.children, pk=asked)
    return children, next(iter(children), None)


def chosen_state(request: HttpRequest, all_tries: list[tries.Try]) -> str:
    """Return the requested state, else the hard one with most tries, else calm or the usual one."""
    asked = request.GET.get("state", "")
    if asked in STATES:
        return asked
    counts = Counter(one.state for one in all_tries)
    return next(
        (
            state
            for state in sorted(HARD_FIRST[:-1], key=lambda state: -counts[state])
            if counts[state]
        ),
        CALM if counts else USUAL,
    )


def lives_here(person: Caregiver, caregiver: Caregiver) -> bool:
    return person.until is None and person.household_id == caregiver.household_id


def display_name(person: Caregiver, caregiver: Caregiver) -> str:
    return person.name or (_("You") if person == caregiver else _("A safe grown-up"))


def child_names(child: Child | None, texts: dict) -> tuple[str, str]:
    """Return the child's name for the middle and for the start of a sentence."""
    if child and child.nickname:
        return child.nickname, child.nickname
    middle, beginning = texts["child"] if texts else (_("your child"), _("Your child"))
    return middle, beginning
