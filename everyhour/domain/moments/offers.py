"""What a page offered to somebody, kept in their session until a moment comes of it.

An offer names its practice, the probability it was drawn with, the dice, the pocket, and whom it was drawn for: enough to judge the
choice years later. A moment told of that practice within the half day carries it as its decision.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

KEPT = "offered"  # in the session: part of the day -> the offer
MOST = 8
LEADS_FOR = timedelta(hours=12)


def write_down(session: SessionBase, part: str, offer: dict, *, at: datetime) -> None:
    """Keep an offer with the time it was first shown; shown again it is the same one."""
    offered = session.get(KEPT, {})
    if {**offered.get(part, {}), "offered_at": ""} != {**offer, "offered_at": ""}:
        session[KEPT] = dict([*offered.items(), (part, {**offer, "offered_at": at.isoformat(timespec="seconds")})][-MOST:])


def that_led_to(session: SessionBase, practice: str, *, at: datetime) -> list[dict]:
    """Give the offer that a moment of this practice came of: shown before it, on the same half day."""
    offered = [offer for offer in session.get(KEPT, {}).values() if practice and offer["practice"] == practice]
    shown = [offer for offer in offered if timedelta() <= at - datetime.fromisoformat(offer["offered_at"]) <= LEADS_FOR]
    return shown[-1:]
