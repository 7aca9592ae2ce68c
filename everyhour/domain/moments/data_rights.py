"""Export, import and erasure of moments, their notes, the changes they came from, and days off.

An export contains what its person may read. Of other people's changes it contains only what is
current, not what was overwritten or withdrawn.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.data_rights import Membership
from everyhour.domain.families.models import Caregiver, Family, HouseholdShare, Level
from everyhour.domain.moments import changes_codec, merging, sync, validation
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.domain.practices.models import Edition
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows, malformed

MOMENTS = ExportTable(
    "moments.Moment",
    "moments",
    (
        "id",
        "family",
        "key",
        "child",
        "caregiver",
        "household",
        "kind",
        "at",
        "wall",
        "zone",
        "practice",
        "state_before",
        "state_after",
        "situation",
        "outcome",
        "caregiver_state",
        "origin",
        "decision",
        "minutes",
        "private",
        "deleted",
        "received_at",
        "changed_at",
    ),
    opened={"title": lambda moment: f"moment:{moment.key}:title"},
    order=("family", "at", "id"),
)
NOTES = ExportTable(
    "moments.Note",
    "notes",
    ("id", "moment", "change_key", "by", "at"),
    opened={"text": lambda note: f"note:{note.moment.key}:{note.change_key}"},
    order=("moment", "at", "id"),
    family=lambda note: note.moment.family,
)
CHANGES = ExportTable(
    "moments.Change",
    "changes",
    ("family", "key", "moment_key", "device", "counter", "by", "received_at"),
    otherwise={"body": "`body`, opened"},
    order=("family", "moment_key", "key"),
)
RESTS = ExportTable(
    "moments.Rest",
    "rests",
    ("id", "family", "household", "on", "zone", "by", "created_at"),
    order=("family", "on", "id"),
)
TABLES = (MOMENTS, NOTES, CHANGES, RESTS)
# Imported changes are not checked against the future: that was done when they first arrived.
LATE = datetime(9000, 1, 1, tzinfo=UTC)


def export(person) -> dict[str, Rows]:
    """Return the rows this person may read, with the people and children they refer to."""
    exported: dict[str, Rows] = {
        table.name: [] for table in (*TABLES, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        rows = list(_rows(place))
        referenced = families.referenced_rows(place, **_references(row for _table, row in rows))
        for table, row in [*rows, *referenced]:
            exported[table.name].append(row)
    return exported | {table.name: table.sort(exported[table.name]) for table in TABLES}


def _references(rows: Iterable[dict]) -> dict[str, set[str]]:
    """Return the ids of people and children in these rows."""
    people: set[str | None] = set()
    children: set[str | None] = set()
    for row in rows:
        fields = row.get("body", {}).get("set", {})
        people |= {row.get("caregiver"), row.get("by"), fields.get("who", {}).get("giver")}
        children |= {row.get("child"), fields.get("whom", {}).get("child")}
    found = {"people": people, "children": children}
    return {name: {one for one in ids if one} for name, ids in found.items()}


def moments_of(place: Membership) -> QuerySet[Moment]:
    """Return the moments this caregiver may export; deleted ones only if they are their own.

    Someone who left a family exports only what was private to them.
    """
    me = place.caregiver
    if not place.present:
        return Moment.objects.filter(family=place.family, caregiver=me, private=True)
    return Moment.objects.visible_to(me).filter(Q(deleted=False) | Q(caregiver=me))


def _rows(place: Membership) -> Iterator[tuple[ExportTable, dict]]:
    changes = _changes(place.family)
    known = set(Moment.objects.filter(family=place.family).values_list("key", flat=True))
    yield from _moments(place, changes)
    for of_moment in changes.values():
        if of_moment[0][0].moment_key not in known:
            yield from _pending(place, of_moment)
    rests = place.family.rests.filter(by=place.caregiver)
    if place.whole:
        rests |= place.family.rests.filter(household=place.caregiver.household_id)
    for rest in rests:
        yield RESTS, _limited(RESTS.export_row(rest), place)


Changes = list[tuple[Change, merging.Change]]  # of one moment: each row and its decrypted change


def _moments(place: Membership, changes: dict[str, Changes]) -> Iterator[tuple[ExportTable, dict]]:
    notes, shared = _notes(place.family), _shared_notes(place.caregiver)
    for moment in moments_of(place).select_related("edition"):
        moment.family = place.family
        edition = moment.edition.digest if moment.edition else None
        yield MOMENTS, _limited(MOMENTS.export_row(moment, edition=edition), place)
        readable = None
        if _may_read_notes(place.caregiver, moment, shared):
            readable = {note.change_key for note in notes[moment.pk]}
            for note in notes[moment.pk]:
                note.moment = moment
                yield NOTES, _limited(NOTES.export_row(note), place)
        for row in _current_changes(changes.get(moment.key, []), readable, place):
            yield CHANGES, row


def _pending(place: Membership, changes: Changes) -> Iterator[tuple[ExportTable, dict]]:
    """Yield one's own changes to a moment whose first change has not arrived."""
    own = [pair for pair in changes if pair[0].by_id == place.caregiver.pk]
    for row in _current_changes(own, {row.key for row, _change in own}, place):
        yield CHANGES, row


def _notes(family: Family) -> dict[str, list[Note]]:
    found = defaultdict(list)
    for note in Note.objects.filter(moment__family=family):
        found[note.moment_id].append(note)
    return found


def _may_read_notes(me: Caregiver, moment: Moment, shared: set[tuple[str, str]]) -> bool:
    if moment.household_id == me.household_id or moment.caregiver_id == me.pk:
        return True
    return (moment.child_id, moment.household_id) in shared


def _shared_notes(me: Caregiver) -> set[tuple[str, str]]:
    """Return the child and household of every share that shows notes to this household."""
    shares = HouseholdShare.objects.filter(to=me.household_id, level=Level.NOTES)
    return set(shares.values_list("child_id", "of_id"))


def _changes(family: Family) -> dict[str, Changes]:
    found = defaultdict(list)
    for row in Change.objects.filter(family=family).order_by("key"):
        found[row.moment_key].append((row, changes_codec.unseal(family, row)))
    return found


def _current_changes(
    changes: Changes, readable: set[str] | None, place: Membership
) -> Iterator[dict]:
    """Yield one's own changes whole, and of the others' what is current and may be read.

    `readable` holds the keys of the changes whose note may be read; None means no notes at all.
    """
    state = merging.fold(change for _row, change in changes)
    for row, change in changes:
        if row.by_id != place.caregiver.pk:
            change = current_part(change, state, readable)
        if change.set or change.note:
            yield _limited(CHANGES.export_row(row, body=changes_codec.encode(change)), place)


def current_part(
    change: merging.Change, state: merging.State, readable: set[str] | None
) -> merging.Change:
    """Drop fields overwritten since, and empty or drop an unreadable note.

    `whom` stays, because folding takes the author from it.
    """
    fields = {
        name: value
        for name, value in change.set.items()
        if name == "whom" or state.fields.get(name) == value
    }
    return replace(change, set=fields, note=_readable_note(change, readable))


def _readable_note(change: merging.Change, readable: set[str] | None) -> merging.NoteEdit | None:
    """Empty a note that may not be read; where notes are not shared, hide that there was one."""
    if change.note is None or readable is None:
        return None
    return change.note if change.key in readable else replace(change.note, text="")


def _limited(row: dict, place: Membership) -> dict:
    """Remove other people and households for non-guardians, and children for those who left.

    Changes `row` in place and returns it.
    """
    if place.whole:
        return row
    me = place.caregiver
    for name in ("caregiver", "by"):
        if name in row and row[name] != me.pk:
            row[name] = None
    if "household" in row:
        row["household"] = me.household_id
    fields = row.get("body", {}).get("set", {})
    if fields.get("who", {}).get("giver") not in (None, "", me.pk):
        fields["who"] = {**fields["who"], "giver": ""}
    if not place.present:
        row |= {"child": None} if "child" in row else {}
        if "whom" in fields:
            fields["whom"] = {"kind": "got", "child": None}
    return row


def load(loading: Import) -> None:
    """Import moments, notes, changes and days off; raise ImportRejected for an invalid change."""
    editions = _editions(loading)
    moments = [
        MOMENTS.build(row, loading, edition=editions.get(row.get("edition")))
        for row in loading.rows(MOMENTS)
    ]
    loading.save(MOMENTS, moments)
    loading.save(NOTES, [NOTES.build(row, loading) for row in loading.rows(NOTES)])
    loading.save(CHANGES, [_change(row, loading) for row in loading.rows(CHANGES)])
    loading.save(RESTS, [RESTS.build(row, loading) for row in loading.rows(RESTS)])


def _editions(loading: Import) -> dict[str | None, Edition]:
    """Return the editions shown, by digest.

    One that this library never had is left out; the moment keeps its practice and decision.
    """
    digests = [row.get("edition") for row in loading.rows(MOMENTS)]
    wanted = {digest for digest in digests if isinstance(digest, str)}
    return {edition.digest: edition for edition in Edition.objects.filter(digest__in=wanted)}


def _change(row: dict, loading: Import) -> Change:
    """Build a row from an exported change, validated and sealed with the family's new key."""
    change = CHANGES.build(row, loading)
    fields = row["body"].get("set") or {} if isinstance(row.get("body"), dict) else None
    if not isinstance(fields, dict):
        raise malformed()
    raw = {
        "key": change.key,
        "moment": change.moment_key,
        "device": change.device,
        "counter": change.counter,
        "set": {name: value for name, value in fields.items() if name != "deleted"},
        "delete": fields.get("deleted"),
        "note": row["body"].get("note"),
    }
    context = validation.ValidationContext(
        by=change.by_id or "",
        now=LATE,
        children=frozenset(loading.imported.get("families.Child", {})),
        caregivers=frozenset(loading.imported.get("families.Caregiver", {})),
    )
    try:
        change.body = changes_codec.seal(change.family, validation.validate(raw, context))
    except validation.Rejected as rejected:
        raise malformed() from rejected
    return change


def erase(person, at: datetime) -> None:
    """Delete the moments of families and households that end with this person.

    Destroys the key of a family that ends. In the other families, erases this person's
    contributions, also those from before they left.
    """
    for place in families.memberships(person):
        if families.family_ends(place):
            families.destroy_key(place.family)
            delete_all(place.family)
        elif families.household_closes(place):
            _delete_household(place)
    for caregiver in Caregiver.objects.filter(
        person=person, family__key__isnull=False
    ).select_related("family"):
        erase_contributions(caregiver)


def delete_all(family: Family) -> None:
    """Delete every moment, note, change and day off of a family that ends."""
    notes = Note.objects.filter(moment__family=family)
    for rows in (notes, family.moments, family.changes, family.rests):
        rows.all().delete()


def _delete_household(place: Membership) -> None:
    household = place.caregiver.household_id
    moments = Moment.objects.filter(family=place.family, household=household)
    place.family.changes.filter(moment_key__in=list(moments.values_list("key", flat=True))).delete()
    moments.delete()
    place.family.rests.filter(household=household).delete()


def erase_contributions(caregiver: Caregiver) -> None:
    """Delete this caregiver's notes and their private and unfinished moments.

    Moments that were not private stay with the family: when they were, and whether they helped. In
    the caregiver's changes, titles and notes are emptied and phones renamed.
    """
    family = caregiver.family
    private = Moment.objects.filter(family=family, caregiver=caregiver, private=True)
    deleted = set(private.values_list("key", flat=True)) | _unfinished(caregiver)
    private.delete()
    family.changes.filter(moment_key__in=deleted).delete()
    Note.objects.filter(moment__family=family, by=caregiver).delete()
    devices: dict[str, str] = {}
    for change in family.changes.filter(by=caregiver):
        _anonymize(family, change, devices)
    _retitle(family, family.changes.filter(by=caregiver).values_list("moment_key", flat=True))


def _unfinished(caregiver: Caregiver) -> set[str]:
    """Return the keys of moments that this caregiver changed and that have no row yet."""
    sent = set(caregiver.family.changes.filter(by=caregiver).values_list("moment_key", flat=True))
    moments = Moment.objects.filter(family=caregiver.family, key__in=sent)
    return sent - set(moments.values_list("key", flat=True))


def _anonymize(family: Family, row: Change, devices: dict[str, str]) -> None:
    """Empty the note and title of one change and rename its phone.

    The phone's name orders changes with the same counter. Its first four characters are kept, so
    that this order almost never changes.
    """
    change = changes_codec.unseal(family, row)
    fields = dict(change.set)
    if fields.get("what", {}).get("title"):
        fields["what"] = {**fields["what"], "title": ""}
    note = replace(change.note, text="") if change.note else None
    row.body = changes_codec.seal(family, replace(change, set=fields, note=note))
    row.device = devices.setdefault(row.device, row.device[:4] + str(uuid.uuid4())[4:])
    row.save(update_fields=["body", "device"])


def _retitle(family: Family, keys: Iterable[str]) -> None:
    """Set the titles of these moments to what their remaining changes say."""
    for moment in Moment.objects.filter(family=family, key__in=set(keys), title__isnull=False):
        fields = merging.fold(sync.changes_of(family, moment.key)).fields
        title = fields.get("what", {}).get("title") or ""
        moment.title = family.seal(title, place=f"moment:{moment.key}:title")
        moment.save(update_fields=["title"])


CONTRIBUTOR = Contributor("moments", TABLES, export, load, erase)
