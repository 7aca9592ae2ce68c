"""Sync: duplicates, late and partial batches, wrong clocks, old apps and hostile input."""

import json
import uuid

import pytest

from everyhour.domain.families.models import Level
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.domain.moments.signals import moments_changed
from everyhour.domain.moments.tests.changes import NOW, change, guest_moment, new
from everyhour.foundation.audit.models import Entry, broken
from testing import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """A family with a mother, a child and a grandmother."""
    family = make.family()

    class Home:
        ada = make.guardian(family)
        nana = make.giver(family, who=make.person())
        wren = make.child(family)

    Home.family = family
    return Home


def receive(by, *changes, at=NOW):
    return sync.receive(by.family, by=by, changes=changes, at=at)


def outcomes(results) -> list[str]:
    return [result.reason or result.result for result in results]


def test_receive_saves_moment_note_and_audit_record(home):
    first = new(
        child=home.wren,
        state_before="alarm",
        outcome="settled",
        what={"title": "Rocked in the \u202echair"},
        minutes=10,
        who={"giver": home.nana.pk, "private": False},
    )

    results = receive(
        home.ada, first, change(first["moment"], note={"text": "He  hummed.\nThen slept."})
    )

    moment = Moment.objects.get()
    assert outcomes(results) == ["saved", "saved"]
    assert (moment.child, moment.caregiver, moment.wall, moment.own_title) == (
        home.wren,
        home.nana,
        "2026-11-23T11:05",
        "Rocked in the chair",
    )
    assert (moment.outcome, moment.minutes, moment.kind, moment.household) == (
        "settled",
        10,
        "given",
        home.ada.household,
    )
    assert [note.opened for note in moment.notes.all()] == ["He  hummed.\nThen slept."]
    assert broken(home.family.pk) is None and Entry.objects.filter(act="moments told").count() == 1


def test_bodies_titles_and_notes_are_encrypted(home):
    first = new(child=home.wren, what={"title": "plum"})
    receive(home.ada, first, change(first["moment"], note={"text": "plum"}))

    rows = (
        [bytes(c.body) for c in Change.objects.all()]
        + [bytes(n.text) for n in Note.objects.all()]
        + [bytes(Moment.objects.get().title)]
    )

    assert len(rows) == 4 and not any(b"plum" in row or b"whom" in row for row in rows)


def test_duplicate_change_is_stored_once(home):
    first = new(child=home.wren)

    assert outcomes(receive(home.ada, first, first)) == ["saved", "again"]
    assert outcomes(receive(home.ada, first)) == ["again"]
    assert Moment.objects.count() == Change.objects.count() == 1


def test_edit_before_its_moment_applies_when_the_moment_arrives(home):
    first = new(child=home.wren, outcome="not_yet")
    edit = change(first["moment"], set={"outcome": "settled"})

    early = receive(home.ada, edit)
    assert (outcomes(early), Moment.objects.count()) == (["saved"], 0)
    receive(home.ada, first)

    assert Moment.objects.get().outcome == "settled"


def test_concurrent_notes_stay_until_one_replaces_both(home):
    first = new(child=home.wren)
    receive(home.ada, first)
    tablet = change(first["moment"], note={"text": "He laughed."})

    receive(home.ada, change(first["moment"], note={"text": "We hummed."}))
    receive(home.ada, tablet)

    assert {note.opened for note in Moment.objects.get().notes.all()} == {
        "He laughed.",
        "We hummed.",
    }

    both = [note.change_key for note in Moment.objects.get().notes.all()]
    receive(home.ada, change(first["moment"], counter=3, note={"text": "Both.", "replaces": both}))

    assert [note.opened for note in Moment.objects.get().notes.all()] == ["Both."]
    assert Change.objects.count() == 4


def test_deletion_can_be_undone(home):
    first = new(child=home.wren)
    receive(home.ada, first, change(first["moment"], delete=True))
    assert not Moment.objects.of(home.family)

    receive(home.ada, change(first["moment"], counter=3, delete=False))

    assert Moment.objects.of(home.family).count() == 1


def test_moment_from_a_guest_phone_is_upgraded(home):
    kept = guest_moment()
    sent = {**change(kept["id"], counter=1), "shape": 1, "child": home.wren.pk, "set": kept}

    assert outcomes(receive(home.ada, sent)) == ["saved"]

    moment = Moment.objects.get()
    assert (moment.key, moment.practice, moment.origin, moment.state_before, moment.outcome) == (
        kept["id"],
        "wall-push",
        "right_now",
        "alarm",
        "settled",
    )
    assert (moment.wall, moment.decision[0]["probability"]) == ("2026-11-20T17:10", 0.1)


@pytest.mark.parametrize(
    ("reason", "broken"),
    [
        ("unknown-state", {"set": {"state_before": "volcano"}}),
        ("unknown-outcome", {"set": {"outcome": "cured"}}),
        ("unknown-situation", {"set": {"situation": ["homework"]}}),
        ("unknown-field", {"set": {"score": 7}}),
        ("unknown-field", {"set": {"when": {"at": "2026-11-23T17:05:00+00:00", "moon": 1}}}),
        ("no-such-child", {"set": {"whom": {"kind": "given", "child": "x" * 22}}}),
        ("no-child", {"set": {"whom": {"kind": "given", "child": None}}}),
        ("unknown-kind", {"set": {"whom": {"kind": "taken", "child": None}}}),
        ("no-such-caregiver", {"set": {"who": {"giver": "x" * 22}}}),
        ("in-the-future", {"set": {"when": {"at": "2026-11-23T18:06:00+00:00", "zone": "UTC"}}}),
        ("no-time", {"set": {"when": {"at": "yesterday"}}}),
        ("no-time", {"set": {"when": {"at": "2026-11-23T17:05:00"}}}),
        ("no-time", {"set": {"when": {"at": "0001-01-01T00:00:00+14:00"}}}),
        (
            "unknown-zone",
            {"set": {"when": {"at": "2026-11-23T17:05:00+00:00", "zone": "Moon/Base"}}},
        ),
        ("unknown-zone", {"set": {"when": {"at": "2026-11-23T17:05:00+00:00", "zone": ["UTC"]}}}),
        (
            "missing-hour",
            {
                "set": {
                    "when": {
                        "at": "2026-03-08T08:30:00+00:00",
                        "wall": "2026-03-08T02:30",
                        "zone": "America/Chicago",
                    }
                }
            },
        ),
        (
            "wall-differs",
            {
                "set": {
                    "when": {
                        "at": "2026-11-23T17:05:00+00:00",
                        "wall": "2026-11-23T17:05",
                        "zone": "America/Chicago",
                    }
                }
            },
        ),
        ("unknown-practice", {"set": {"what": {"practice": "Robert'); DROP"}}}),
        ("too-long", {"set": {"minutes": 100_000}}),
        ("too-long", {"note": {"text": "x" * 4001}}),
        ("too-long", {"set": {"decision": [{"pocket": "x" * 40_000}]}}),
        ("not-a-change", {"set": {"decision": [{"draw": {"deep": 1}}]}}),
        ("not-a-change", {"delete": "yes"}),
        ("not-a-change", {"counter": 2**60}),
        ("not-a-change", {"counter": True}),
        ("not-a-change", {"shape": 1, "set": {"at": 7}}),
        ("not-a-change", {"note": ["text"]}),
        ("no-key", {"device": "phone"}),
        ("no-key", {"note": {"text": "x", "replaces": ["all"]}}),
        ("newer-app", {"shape": 3}),
        ("nothing-to-change", {"set": {}}),
    ],
)
def test_invalid_change_is_rejected_with_its_reason(home, reason, broken):
    sent = {**change(str(uuid.uuid4())), **broken}

    (result,) = receive(home.ada, sent)

    assert (result.key, result.result, result.reason) == (sent["key"], "rejected", reason)
    assert not Change.objects.exists() and not Moment.objects.exists()


@pytest.mark.parametrize("malformed", [None, [], 7, "moment", {}, {"key": 7}])
def test_malformed_change_is_rejected_and_the_rest_saved(home, malformed):
    results = receive(home.ada, malformed, new(child=home.wren))

    assert [result.result for result in results] == ["rejected", "saved"]


def test_both_instants_of_the_repeated_hour_are_accepted(home):
    both = [
        new(
            when={
                "at": f"2026-11-01T0{hour}:30:00+00:00",
                "wall": "2026-11-01T01:30",
                "zone": "America/Chicago",
            }
        )
        for hour in (6, 7)
    ]

    assert outcomes(receive(home.ada, *both)) == ["saved", "saved"]
    assert {moment.wall for moment in Moment.objects.all()} == {"2026-11-01T01:30"}


def test_giver_changes_only_their_own_moments(home):
    mine, theirs = new(child=home.wren), new(child=home.wren)
    receive(home.ada, theirs)
    my_edit = change(mine["moment"], set={"outcome": "settled"})
    edit_of_theirs = change(theirs["moment"], set={"outcome": "unsafe"})
    in_their_name = new(child=home.wren, who={"giver": home.ada.pk})
    guardians_edit = change(mine["moment"], set={"outcome": "a_bit"})

    assert outcomes(receive(home.nana, mine, my_edit)) == ["saved", "saved"]
    assert outcomes(receive(home.nana, edit_of_theirs, in_their_name)) == ["not-yours"] * 2
    assert outcomes(receive(home.ada, guardians_edit)) == ["saved"]


def test_other_households_and_private_moments_stay_unchanged():
    family = make.family(households=2)
    here, there = family.households.all()
    ada, ben, cleo = (make.guardian(family, household=place) for place in (here, there, here))
    wren = make.child(family)
    make.household_share(here, there, wren, Level.NOTES)
    seen, private = new(child=wren), new(who={"giver": ada.pk, "private": True})
    receive(ada, seen, private)

    taking_over = change(private["moment"], set={"who": {"giver": cleo.pk}})

    assert outcomes(receive(ben, change(seen["moment"], delete=True))) == ["not-yours"]
    assert outcomes(receive(cleo, taking_over)) == ["not-yours"]
    assert outcomes(receive(ada, new(who={"giver": cleo.pk, "private": True}))) == ["not-yours"]
    assert outcomes(receive(cleo, change(seen["moment"], set={"outcome": "settled"}))) == ["saved"]


def test_families_may_use_the_same_keys(home):
    other = make.guardian(make.family())
    sent = new()

    assert outcomes(receive(home.ada, sent)) == outcomes(receive(other, sent)) == ["saved"]
    receive(other, change(sent["moment"], delete=True))

    assert Moment.objects.of(home.family).count() == 1


def test_demo_moment_without_changes_can_be_changed(home):
    moment = make.moment(home.ada, child=home.wren, outcome="not_yet", situation="bedtime")

    assert outcomes(receive(home.ada, change(moment.key, set={"outcome": "settled"}))) == ["saved"]

    moment.refresh_from_db()
    assert (moment.outcome, moment.situation, moment.child) == ("settled", "bedtime", home.wren)


def test_signal_names_changed_moments_after_the_commit(home, django_capture_on_commit_callbacks):
    signals = []

    def listen(*, family, moments, **_kwargs):
        signals.append((family, moments))

    invalid = change(str(uuid.uuid4()), set={"outcome": "cured"})
    moments_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            receive(home.ada, new(child=home.wren), invalid)
            assert signals == []
    finally:
        moments_changed.disconnect(listen)

    assert signals == [(home.family.pk, [Moment.objects.get().pk])]


def test_people_of_another_household_cannot_be_named():
    family = make.family(households=2)
    here, there = family.households.all()
    ada, ben = make.guardian(family, household=here), make.guardian(family, household=there)
    theirs = make.child(family, households=[there])

    by_ben = new(who={"giver": ben.pk, "private": False})
    assert outcomes(receive(ada, new(child=theirs))) == ["no-such-child"]
    assert outcomes(receive(ada, by_ben)) == ["no-such-caregiver"]
    assert not Change.objects.exists()


def test_people_a_moment_names_stay_valid_after_moving(home):
    first = new(child=home.wren, who={"giver": home.nana.pk, "private": False})
    receive(home.ada, first)
    other = home.family.households.create(created_at=NOW)
    home.wren.households.set([other])
    home.nana.household = other
    home.nana.save()

    edit = change(
        first["moment"],
        set={
            "whom": {"kind": "professional", "child": home.wren.pk},
            "who": {"giver": home.nana.pk},
        },
    )

    assert outcomes(receive(home.ada, edit)) == ["saved"]
    assert outcomes(receive(home.ada, new(child=home.wren))) == ["no-such-child"]


def test_may_write_agrees_with_receive(home):
    """A giver may change her own demo moment, and not one that a guardian logged for her."""
    own = make.moment(home.nana, child=home.wren)
    sent = new(child=home.wren, who={"giver": home.nana.pk, "private": False})
    receive(home.ada, sent)
    logged_for_her = Moment.objects.get(key=sent["moment"])

    for moment, allowed, outcome in ((own, True, "saved"), (logged_for_her, False, "not-yours")):
        edit = change(moment.key, set={"outcome": "settled"})
        assert sync.may_write(moment, by=home.nana) is allowed
        assert outcomes(receive(home.nana, edit)) == [outcome]


def test_moment_made_private_is_changed_by_its_person_only(home):
    sent = new(child=home.wren)
    receive(home.nana, sent)
    receive(home.ada, change(sent["moment"], set={"who": {"giver": home.ada.pk, "private": True}}))

    for by, outcome in ((home.nana, "not-yours"), (home.ada, "saved")):
        edit = change(sent["moment"], counter=3, set={"outcome": "settled"})
        assert outcomes(receive(by, edit)) == [outcome]


@pytest.mark.parametrize(
    "key", ["a\x00b", "\ud800", "x" * 36, "ABCDEF00-0000-4000-8000-000000000001"]
)
def test_invalid_key_is_rejected_and_the_rest_saved(home, key):
    results = receive(home.ada, {**new(child=home.wren), "key": key}, new(child=home.wren))

    assert (results[0].key, results[0].result) == (key, "rejected")
    assert results[1].result == "saved"


@pytest.mark.parametrize(
    "odd", ["wall\x00push", "wall\ud800push", float("nan"), float("inf"), 10**400, {"deep": []}]
)
def test_odd_offer_stops_neither_the_batch_nor_an_export(home, odd):
    results = receive(
        home.ada,
        new(child=home.wren, decision=[{"practice": "wall-push", "odd": odd}]),
        new(child=home.wren),
    )

    assert results[1].result == "saved"
    kept = Moment.objects.filter(decision__contains="odd").first()
    if kept:
        assert json.loads(json.dumps(kept.decision, allow_nan=False).encode()) == kept.decision
