"""Every kind of page that has an address, by visitor. `test_looks.py` checks all of them.

A page of a new feature is added here; `testing/test_pages.py` fails until it is. {} is the
language; the other placeholders come from the visitor's script, from its variable `told`.
"""

from dataclasses import dataclass, field

from journeys import cast
from journeys.steps import CRISIS, FLOW, SHELL

GUEST = {
    "sign-in": "/{}/sign-in/",
    "sign-up": "/{}/sign-up/",
    "sign-in-password": "/{}/sign-in/password/",
    "invitation-closed": "/{}/invitations/no-such-token/",
    "gone": "/{}/data/gone/",
    "timetable": "/{}/timetable/",
}
MISSING = {"not-found", "lost", "invitation-closed"}  # pages with status 404
GUARDIAN = {
    "today": "/{}/today/",
    "helps": "/{}/helps/",
    "helps-state": "/{}/helps/?state=alarm",
    "around-them": "/{}/helps/around/",
    "moments": "/{}/moments/",
    "moment-log": "/{}/moments/log/",
    "moment-bring": "/{}/moments/bring/",
    "moment": "/{}/moments/{moment}/",
    "week": "/{}/week/",
    "week-sample": "/{}/week/2026-11-19/",
    "week-of-169-hours": "/{}/week/2026-11-03/",
    "week-sunday": "/{}/week/sunday/",
    "weeks": "/{}/weeks/",
    "family": "/{}/family/",
    "child-new": "/{}/family/children/new/",
    "child": "/{}/family/children/{child}/",
    "never": "/{}/family/children/{child}/never/",
    "giver-new": "/{}/family/people/new/",
    "person": "/{}/family/people/{nana}/",
    "departure": "/{}/family/departure/",
    "invite": "/{}/family/invitations/new/",
    "home-new": "/{}/family/households/new/",
    "sharing": "/{}/family/sharing/",
    "safety": "/{}/family/safety/",
    "safety-reset": "/{}/family/safety/reset/",
    "permissions": "/{}/permissions/",
    "rhythm": "/{}/rhythm/",
    "part-new": "/{}/rhythm/children/{child}/parts/new/",
    "part": "/{}/rhythm/parts/{part}/",
    "seasons": "/{}/rhythm/children/{child}/seasons/",
    "homes": "/{}/rhythm/children/{child}/homes/?weeks=2",
    "plan": "/{}/rhythm/plan/?practice=bear-walk",
    "calendars": "/{}/rhythm/calendars/",
    "feed": "/{}/rhythm/feed/",
    "nudges": "/{}/nudges/",
    "nudges-settings": "/{}/nudges/settings/",
    "messages": "/{}/messages/",
    "account": "/{}/account/",
    "zone": "/{}/account/zone/",
    "address": "/{}/account/address/",
    "password": "/{}/account/password/",
    "passkeys": "/{}/account/passkeys/",
    "second-factor": "/{}/account/second-factor/",
    "sessions": "/{}/account/sessions/",
    "again": "/{}/account/again/",
    "data-rights": "/{}/data/",
    "export": "/{}/data/export/",
    "import": "/{}/data/import/",
    "erase": "/{}/data/erase/",
}
GIVER = {"today": "/{}/today/", "mine": "/{}/family/", "log": "/{}/moments/log/"}
NEWCOMER = {
    **{
        f"start-{step}": f"/{{}}/family/start/{step}/"
        for step in ("child", "day", "hard", "helps", "quiet", "ready")
    },
    "import": "/{}/data/import/",
    "today-without-family": "/{}/today/",
}
FULL = (
    cast.FAMILY
    + cast.WEEKS
    + """
from everyhour.domain.nudges import actions as nudges
part = make.part(child, at=now)
make.planned(child, by=people["Ada"], at=now)
make.calendar(people["Ada"].household, by=people["Ada"], at=now, name="Club")
nudges.agree(by=people["Ada"], at=now)
first = people["Ada"].moments.first() if hasattr(people["Ada"], "moments") else None
first = first or make.moment(people["Ada"], child=child, at=now - timedelta(hours=1),
                             practice="wall-push", state_before="alarm", outcome="settled")
told |= {"moment": first.pk, "part": part.pk, "nana": people["Nana"].pk}
"""
)


@dataclass(frozen=True)
class Visitor:
    """Who visits which pages; `script` creates their family, in which they are `name`."""

    pages: dict[str, str]
    script: str = ""
    name: str = ""
    enhanced: frozenset[str] = field(default=frozenset())  # pages with AAA contrast


VISITORS = {
    "guest": Visitor({**SHELL, **GUEST}),
    "right-now": Visitor({**FLOW, **CRISIS}, enhanced=frozenset({*FLOW, *CRISIS})),
    "guardian": Visitor(GUARDIAN, FULL, "Ada"),
    "giver": Visitor(GIVER, FULL, "Nana"),
    "newcomer": Visitor(NEWCOMER, cast.NEWCOMER, "Ben"),
}
