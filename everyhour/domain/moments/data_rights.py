"""How moments leave: those one may read, with their notes and the changes they came from.

Of a change that somebody else made only what still stands goes along: what they took back or wrote over stays theirs.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.data_rights import Membership
from everyhour.domain.families.models import Caregiver, Family, HouseholdShare, Level
from everyhour.domain.moments import merging, sync, validation
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.domain.practices.models import Edition
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, ImportRejected, Rows

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
LATE = datetime(9000, 1, 1, tzinfo=UTC)  # what was kept once was judged by its own time


def export(person) -> dict[str, Rows]:
    told: dict[str, Rows] = {
        table.name: [] for table in (*TABLES, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        rows = list(_rows(place))
        for table, row in [
            *rows,
            *families.referenced_rows(place, **_pointers(row for _table, row in rows)),
        ]:
            told[table.name].append(row)
    return {table.name: table.in_order(told[table.name]) for table in TABLES} | {
        table.name: told[table.name] for table in (families.CAREGIVERS, families.CHILDREN)
    }


def _pointers(rows: Iterable[dict]) -> dict[str, set[str]]:
    """Give the people and children that these rows point at."""
    found: dict[str, set[str]] = {"people": set(), "children": set()}
    for row in rows:
        fields = row.get("body", {}).get("set", {})
        found["people"] |= {
            row.get("caregiver"),
            row.get("by"),
            fields.get("who", {}).get("giver"),
        } - {None, ""}
        found["children"] |= {row.get("child"), fields.get("whom", {}).get("child")} - {None, ""}
    return found


def moments_of(place: Membership) -> QuerySet[Moment]:
    """Give what this place may take along: what it may read, and of what was deleted or left behind only its own."""
    me = place.caregiver
    if not place.present:
        return Moment.objects.filter(family=place.family, caregiver=me, private=True)
    return Moment.objects.visible_to(me).filter(Q(deleted=False) | Q(caregiver=me))


def _rows(place: Membership) -> Iterator[tuple[ExportTable, dict]]:
    family, me = place.family, place.caregiver
    moments = list(moments_of(place).select_related("edition"))
    notes, changes = _notes(place), _changes(family)
    for moment in moments:
        moment.family = family
        yield (
            MOMENTS,
            _limited(
                MOMENTS.tell(moment, edition=moment.edition.digest if moment.edition else None),
                place,
            ),
        )
        shown = _may_read_notes(place, moment)
        readable = notes[moment.pk] if shown else []
        for note in readable:
            note.moment = moment
            yield NOTES, _limited(NOTES.tell(note), place)
        for told in _told(
            changes.pop(moment.key, []),
            me,
            {note.change_key for note in readable} if shown else None,
            place,
        ):
            yield CHANGES, told
    for kept in (
        changes.values()
    ):  # moments that are not whole yet: their first change is still on some phone
        own = (
            [pair for pair in kept if pair[0].by_id == me.pk]
            if kept[0][0].moment_key not in _known(family)
            else []
        )
        for told in _told(own, me, {change.key for change, _opened in own}, place):
            yield CHANGES, told
    mine = Q(by=me) | Q(household=me.household_id) if place.whole else Q(by=me)
    for rest in family.rests.filter(mine):
        yield RESTS, _limited(RESTS.tell(rest), place)


def _known(family: Family) -> set[str]:
    if not hasattr(family, "_moment_keys"):
        keys = Moment.objects.filter(family=family).values_list("key", flat=True)
        family._moment_keys = set(keys)  # type: ignore[attr-defined]
    return family._moment_keys  # type: ignore[attr-defined]


def _notes(place: Membership) -> dict[str, list[Note]]:
    found = defaultdict(list)
    for note in Note.objects.filter(moment__family=place.family):
        found[note.moment_id].append(note)
    return found


def _may_read_notes(place: Membership, moment: Moment) -> bool:
    """Another household's notes need a share at the level of notes; one's own moments and household need none."""
    me = place.caregiver
    if moment.household_id == me.household_id or moment.caregiver_id == me.pk:
        return True
    return (moment.child_id, moment.household_id) in _shown(me)


def _shown(me: Caregiver) -> set[tuple[str, str]]:
    if not hasattr(me, "_shown_notes"):
        shown = HouseholdShare.objects.filter(to=me.household_id, level=Level.NOTES).values_list(
            "child_id", "of_id"
        )
        me._shown_notes = set(shown)  # type: ignore[attr-defined]
    return me._shown_notes  # type: ignore[attr-defined]


def _changes(family: Family) -> dict[str, list[tuple[Change, merging.Change]]]:
    found = defaultdict(list)
    for change in Change.objects.filter(family=family).order_by("key"):
        found[change.moment_key].append((change, opened(family, change)))
    return found


def opened(family: Family, kept: Change) -> merging.Change:
    return sync._read(json.loads(family.unseal(kept.body, place=f"change:{kept.key}")), kept)


def _told(
    pairs: list[tuple[Change, merging.Change]],
    me: Caregiver,
    readable: set[str] | None,
    place: Membership,
) -> Iterator[dict]:
    """Give the changes of one moment: one's own whole, of the others’ what still stands and may be read; None: no note at all."""
    state = merging.fold(change for _kept, change in pairs)
    for kept, change in pairs:
        if kept.by_id != me.pk:
            change = still_standing(change, state, readable)
        if change.set or change.note:
            body = json.loads(sync._written(change))
            yield _limited(CHANGES.tell(kept, body=body), place)


def still_standing(
    change: merging.Change, state: merging.State, readable: set[str] | None
) -> merging.Change:
    """Leave away what was written over since; `whom` stays, for it says whose moment this is."""
    fields = {
        name: value
        for name, value in change.set.items()
        if name == "whom" or state.fields.get(name) == value
    }
    return replace(change, set=fields, note=_note(change, readable))


def _note(change: merging.Change, readable: set[str] | None) -> merging.NoteEdit | None:
    """Leave away what one may not read; where notes are not shown, not even that there was one."""
    if change.note is None or readable is None:
        return None
    return change.note if change.key in readable else replace(change.note, text="")


def _limited(row: dict, place: Membership) -> dict:
    """Who is no guardian takes along no other person, no other household, and once gone no child."""
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
    """Bring moments, notes and changes; each is judged as if a phone had sent it now."""
    editions = _editions(loading)
    loading.save(
        MOMENTS,
        [
            MOMENTS.make(row, loading, edition=editions.get(row.get("edition")))
            for row in loading.rows(MOMENTS)
        ],
    )
    loading.save(NOTES, [NOTES.make(row, loading) for row in loading.rows(NOTES)])
    loading.save(CHANGES, [_change(row, loading) for row in loading.rows(CHANGES)])
    loading.save(RESTS, [RESTS.make(row, loading) for row in loading.rows(RESTS)])


def _editions(loading: Import) -> dict[str | None, Edition]:
    """Find the editions that were shown, by what they say. One that this library never had stays in the decision alone."""
    wanted = {
        row.get("edition") for row in loading.rows(MOMENTS) if isinstance(row.get("edition"), str)
    }
    return {edition.digest: edition for edition in Edition.objects.filter(digest__in=wanted)}


def _change(row: dict, loading: Import) -> Change:
    change = CHANGES.make(row, loading)
    fields = row["body"].get("set") or {} if isinstance(row.get("body"), dict) else None
    if not isinstance(fields, dict):
        raise ImportRejected(_("This file is not as Everyhour writes it."))
    raw = {
        "key": change.key,
        "moment": change.moment_key,
        "device": change.device,
        "counter": change.counter,
        "set": {name: value for name, value in fields.items() if name != "deleted"},
        "delete": fields.get("deleted"),
        "note": row["body"].get("note"),
    }
    around = validation.ValidationContext(
        by=change.by_id or "",
        now=LATE,
        children=frozenset(loading.made.get("families.Child", {})),
        caregivers=frozenset(loading.made.get("families.Caregiver", {})),
    )
    try:
        change.body = (
            change.family.seal(
                sync._written(validation.judge(raw, around)), place=f"change:{change.key}"
            )
            or b""
        )
    except validation.Rejected as rejected:
        raise ImportRejected(_("This file is not as Everyhour writes it.")) from rejected
    return change


def erase(person, at: datetime) -> None:
    """Families and households that end lose every moment; in those that go on, this person’s words and private moments go."""
    for place in families.memberships(person):
        if families.family_ends(place):
            families.destroy_key(place.family)
            forget(place.family)
        elif families.household_closes(place):
            forget_household(place)
    for caregiver in Caregiver.objects.filter(
        person=person, family__key__isnull=False
    ).select_related("family"):
        take_words_out(caregiver)


def forget(family: Family) -> None:
    """Remove everything that was lived in a family; families.data_rights.delete_family then removes the family."""
    for rows in (
        Note.objects.filter(moment__family=family),
        family.moments,
        family.changes,
        family.rests,
    ):
        rows.all().delete()


def forget_household(place: Membership) -> None:
    """Remove what was lived in a household that ends with its last guardian."""
    moments = Moment.objects.filter(family=place.family, household=place.caregiver.household_id)
    place.family.changes.filter(moment_key__in=list(moments.values_list("key", flat=True))).delete()
    moments.delete()
    place.family.rests.filter(household=place.caregiver.household_id).delete()


def take_words_out(caregiver: Caregiver) -> None:
    """Remove what this person wrote; that there was a moment, when, and whether it helped, stays with the family."""
    family = caregiver.family
    private = Moment.objects.filter(family=family, caregiver=caregiver, private=True)
    gone = set(private.values_list("key", flat=True)) | _never_whole(caregiver)
    private.delete()
    family.changes.filter(moment_key__in=gone).delete()
    Note.objects.filter(moment__family=family, by=caregiver).delete()
    devices: dict[str, str] = {}
    for change in family.changes.filter(by=caregiver):
        _without_words(family, change, devices)
    _retitle(family, family.changes.filter(by=caregiver).values_list("moment_key", flat=True))


def _never_whole(caregiver: Caregiver) -> set[str]:
    sent = set(caregiver.family.changes.filter(by=caregiver).values_list("moment_key", flat=True))
    return sent - set(
        Moment.objects.filter(family=caregiver.family, key__in=sent).values_list("key", flat=True)
    )


def _without_words(family: Family, kept: Change, devices: dict[str, str]) -> None:
    """Empty the note and the title of one change, and name its phone anew; its place in the order of changes stays.

    The name of a phone decides only between changes of the same counter, and there its beginning is enough.
    """
    change = opened(family, kept)
    fields = dict(change.set)
    if fields.get("what", {}).get("title"):
        fields["what"] = {**fields["what"], "title": ""}
    note = replace(change.note, text="") if change.note else None
    kept.body = (
        family.seal(
            sync._written(replace(change, set=fields, note=note)), place=f"change:{kept.key}"
        )
        or b""
    )
    kept.device = devices.setdefault(kept.device, kept.device[:4] + str(uuid.uuid4())[4:])
    kept.save(update_fields=["body", "device"])


def _retitle(family: Family, keys: Iterable[str]) -> None:
    """Let a title be what the changes that are left say."""
    for moment in Moment.objects.filter(family=family, key__in=set(keys), title__isnull=False):
        state = merging.fold(sync.changes_of(family, moment.key))
        moment.title = family.seal(
            state.fields.get("what", {}).get("title", ""), place=f"moment:{moment.key}:title"
        )
        moment.save(update_fields=["title"])


CONTRIBUTOR = Contributor("moments", TABLES, export, load, erase)
