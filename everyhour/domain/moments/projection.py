"""Projection of folded changes onto the rows that pages read, and back."""

import uuid
from datetime import datetime

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments.merging import Change, NoteEdit, State
from everyhour.domain.moments.models import Moment, Note
from everyhour.domain.practices.models import Edition

PLAIN = ("state_before", "state_after", "situation", "outcome", "caregiver_state")


def project(
    family: Family, key: str, state: State, *, known: Moment | None, at: datetime
) -> Moment | None:
    """Save the moment and its notes from the state; None while its first change is missing."""
    if not state.whole:
        return None
    moment = known or _new_moment(family, key, state, at)
    for name, value in _columns(family, key, state).items():
        setattr(moment, name, value)
    moment.changed_at = at
    moment.save()
    _write_notes(moment, state, at)
    return moment


def _new_moment(family: Family, key: str, state: State, at: datetime) -> Moment:
    author = family.caregivers.select_related("household").get(pk=state.author)
    return Moment(family=family, key=key, household=author.household, received_at=at)


def _columns(family: Family, key: str, state: State) -> dict:
    fields = state.fields
    time, whom = fields["when"], fields["whom"]
    what, who = fields.get("what", {}), fields.get("who", {})
    giver, child = who.get("giver") or state.author, whom["child"]
    return {
        **{name: fields.get(name, "") for name in PLAIN},
        "kind": whom["kind"],
        # Looked up, because a child or caregiver may have been removed since.
        "child": family.children.filter(pk=child).first() if child else None,
        "caregiver": Caregiver.objects.filter(family=family, pk=giver).first(),
        "private": who.get("private", False),
        "at": datetime.fromisoformat(time["at"]),
        "wall": time["wall"],
        "zone": time["zone"],
        "practice": what.get("practice", ""),
        "edition": _edition(what),
        "title": family.seal(what.get("title", ""), place=f"moment:{key}:title"),
        "origin": fields.get("origin") or Moment.Origin.SPONTANEOUS,
        "decision": fields.get("decision", []),
        "minutes": fields.get("minutes"),
        "deleted": fields.get("deleted", False),
    }


def _edition(what: dict) -> Edition | None:
    """Return the edition that was shown, or the newest when the phone named none.

    None without a practice, and for an edition or practice that this library does not have.
    """
    if not what.get("practice"):
        return None
    editions = Edition.objects.filter(
        item__slug=what["practice"], item__kind__in=("activity", "caregiver")
    ).order_by("-number")
    return (editions.filter(number=what["edition"]) if what.get("edition") else editions).first()


def _write_notes(moment: Moment, state: State, at: datetime) -> None:
    """Create notes for new versions and delete replaced ones, whose text stays in the changes."""
    current = {version.key: version for version in state.notes}
    moment.notes.exclude(change_key__in=current).delete()
    known = set(moment.notes.values_list("change_key", flat=True))
    added = [version for key, version in current.items() if key not in known]
    # A caregiver's row may have been deleted since.
    writers = set(moment.family.caregivers.values_list("pk", flat=True)) if added else set()
    for version in added:
        Note.objects.create(
            moment=moment,
            change_key=version.key,
            text=moment.family.seal(version.text, place=f"note:{moment.key}:{version.key}"),
            by_id=version.by if version.by in writers else None,
            at=at,
        )


def unfold(moment: Moment) -> list[Change]:
    """Return changes that fold into this moment; their counter, 0, ranks below every phone's."""
    by = moment.caregiver_id or ""
    fields = {
        **{name: getattr(moment, name) for name in PLAIN},
        "whom": {"kind": moment.kind, "child": moment.child_id},
        "who": {"giver": by, "private": moment.private},
        "when": {
            "at": moment.at.isoformat(timespec="milliseconds"),
            "wall": moment.wall,
            "zone": moment.zone,
        },
        "what": {
            "practice": moment.practice,
            "edition": moment.edition and moment.edition.number,
            "title": moment.own_title,
        },
        "origin": moment.origin,
        "decision": moment.decision,
        "minutes": moment.minutes,
        "deleted": moment.deleted,
    }
    key = device = moment.key
    first = Change(str(uuid.uuid5(uuid.NAMESPACE_OID, moment.pk)), key, device, 0, by, fields)
    notes = [
        Change(note.change_key, key, device, 0, note.by_id or "", note=NoteEdit(note.opened))
        for note in moment.notes.all()
    ]
    return [first, *notes]
