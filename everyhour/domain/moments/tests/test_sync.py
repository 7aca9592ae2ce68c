"""Sync: duplicates, late and partial batches, wrong clocks, old apps and hostile input."""

import json
import uuid

import pytest

from everyhour.domain.families.models import Level
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.domain.moments.signals import moments_changed
from everyhour.domain.moments.tests.changes import NOW, change, kept_by_a_guest, new
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


def test_a_moment_arrives_whole(home):
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


def test_nothing_written_can_be_read_without_the_key(home):
    first = new(child=home.wren, what={"title": "plum"})
    receive(home.ada, first, change(first["moment"], note={"text": "plum"}))

    rows = (
        [bytes(c.body) for c in Change.objects.all()]
        + [bytes(n.text) for n in Note.objects.all()]
        + [bytes(Moment.objects.get().title)]
    )

    assert len(rows) == 4 and not any(b"plum" in row or b"whom" in row for row in rows)


def test_the_same_change_again_is_one(home):
    first = new(child=home.wren)

    assert outcomes(receive(home.ada, first, first)) == ["saved", "again"]
    assert outcomes(receive(home.ada, first)) == ["again"]
    assert Moment.objects.count() == Change.objects.count() == 1


def test_an_edit_that_arrives_before_its_moment_waits_for_it(home):
    first = new(child=home.wren, outcome="not_yet")
    edit = change(first["moment"], set={"outcome": "settled"})

    early = receive(home.ada, edit)
    assert (outcomes(early), Moment.objects.count()) == (["saved"], 0)
    receive(home.ada, first)

    assert Moment.objects.get().outcome == "settled"


def test_two_phones_edit_one_note_and_both_texts_stay(home):
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


def test_taking_out_and_undoing_it(home):
    first = new(child=home.wren)
    receive(home.ada, first, change(first["moment"], delete=True))
    assert not Moment.objects.of(home.family)

    receive(home.ada, change(first["moment"], counter=3, delete=False))

    assert Moment.objects.of(home.family).count() == 1


def test_what_a_guest_kept_comes_along(home):
    kept = kept_by_a_guest()
    told = {**change(kept["id"], counter=1), "shape": 1, "child": home.wren.pk, "set": kept}

    assert outcomes(receive(home.ada, told)) == ["saved"]

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
def test_what_cannot_be_kept_says_why(home, reason, broken):
    told = {**change(str(uuid.uuid4())), **broken}

    assert [(r.key, r.result, r.reason) for r in receive(home.ada, told)] == [
        (told["key"], "rejected", reason)
    ]
    assert not Change.objects.exists() and not Moment.objects.exists()


@pytest.mark.parametrize("rubbish", [None, [], 7, "moment", {}, {"key": 7}])
def test_rubbish_is_answered_too(home, rubbish):
    assert [r.result for r in receive(home.ada, rubbish, new(child=home.wren))] == [
        "rejected",
        "saved",
    ]


def test_both_times_of_the_repeated_hour_can_be_told(home):
    told = [
        new(
            when={
                "at": f"2026-11-01T0{hour}:30:00+00:00",
                "wall": "2026-11-01T01:30",
                "zone": "America/Chicago",
            }
        )
        for hour in (6, 7)
    ]

    assert outcomes(receive(home.ada, *told)) == ["saved", "saved"]
    assert {moment.wall for moment in Moment.objects.all()} == {"2026-11-01T01:30"}


def test_a_giver_writes_only_their_own(home):
    mine, theirs = new(child=home.wren), new(child=home.wren)
    receive(home.ada, theirs)

    assert outcomes(
        receive(home.nana, mine, change(mine["moment"], set={"outcome": "settled"}))
    ) == ["saved", "saved"]
    assert outcomes(receive(home.nana, change(theirs["moment"], set={"outcome": "unsafe"}))) == [
        "not-yours"
    ]
    assert outcomes(receive(home.nana, new(child=home.wren, who={"giver": home.ada.pk}))) == [
        "not-yours"
    ]
    assert outcomes(receive(home.ada, change(mine["moment"], set={"outcome": "a_bit"}))) == [
        "saved"
    ]


def test_another_household_and_what_is_private_stay_untouched(home):
    family = make.family(households=2)
    here, there = family.households.all()
    ada, ben, cleo = (
        make.guardian(family, household=here),
        make.guardian(family, household=there),
        make.guardian(family, household=here),
    )
    wren = make.child(family)
    make.household_share(here, there, wren, Level.NOTES)
    seen, private = new(child=wren), new(who={"giver": ada.pk, "private": True})
    receive(ada, seen, private)

    assert outcomes(receive(ben, change(seen["moment"], delete=True))) == ["not-yours"]
    assert outcomes(receive(cleo, change(private["moment"], set={"who": {"giver": cleo.pk}}))) == [
        "not-yours"
    ]
    assert outcomes(receive(ada, new(who={"giver": cleo.pk, "private": True}))) == ["not-yours"]
    assert outcomes(receive(cleo, change(seen["moment"], set={"outcome": "settled"}))) == ["saved"]


def test_the_same_keys_in_another_family_are_other_moments(home):
    other = make.guardian(make.family())
    told = new()

    assert outcomes(receive(home.ada, told)) == outcomes(receive(other, told)) == ["saved"]
    receive(other, change(told["moment"], delete=True))

    assert Moment.objects.of(home.family).count() == 1


def test_a_moment_that_came_as_a_row_can_be_changed_too(home):
    moment = make.moment(home.ada, child=home.wren, outcome="not_yet", situation="bedtime")

    assert outcomes(receive(home.ada, change(moment.key, set={"outcome": "settled"}))) == ["saved"]

    moment.refresh_from_db()
    assert (moment.outcome, moment.situation, moment.child) == ("settled", "bedtime", home.wren)


def test_others_hear_of_it_after_the_commit(home, django_capture_on_commit_callbacks):
    heard = []
    moments_changed.connect(
        hear := lambda **told: heard.append((told["family"], told["moments"])), weak=False
    )

    try:
        with django_capture_on_commit_callbacks(execute=True):
            receive(
                home.ada, new(child=home.wren), change(str(uuid.uuid4()), set={"outcome": "cured"})
            )
    finally:
        moments_changed.disconnect(hear)

    assert heard == [(home.family.pk, [Moment.objects.get().pk])]


def test_children_and_grown_ups_of_another_home_are_as_unknown_as_strangers():
    family = make.family(households=2)
    here, there = family.households.all()
    ada, ben = make.guardian(family, household=here), make.guardian(family, household=there)
    theirs = make.child(family, households=[there])

    assert outcomes(receive(ada, new(child=theirs))) == ["no-such-child"]
    assert outcomes(receive(ada, new(who={"giver": ben.pk, "private": False}))) == [
        "no-such-caregiver"
    ]
    assert not Change.objects.exists()


def test_whom_a_moment_names_may_stay_named_after_they_moved(home):
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


def test_one_rule_says_who_may_change_a_moment(home):
    """A demo moment is changed by its own person, not by others it was created for."""
    hers = make.moment(home.nana, child=home.wren)
    told = new(child=home.wren, who={"giver": home.nana.pk, "private": False})
    receive(home.ada, told)
    of_her = Moment.objects.get(key=told["moment"])

    assert [sync.may_write(moment, by=home.nana) for moment in (hers, of_her)] == [True, False]
    assert outcomes(receive(home.nana, change(hers.key, set={"outcome": "settled"}))) == ["saved"]
    assert outcomes(receive(home.nana, change(of_her.key, set={"outcome": "settled"}))) == [
        "not-yours"
    ]


def test_what_became_private_is_its_own_persons_alone(home):
    told = new(child=home.wren)
    receive(home.nana, told)
    receive(home.ada, change(told["moment"], set={"who": {"giver": home.ada.pk, "private": True}}))

    assert outcomes(
        receive(home.nana, change(told["moment"], counter=3, set={"outcome": "unsafe"}))
    ) == ["not-yours"]
    assert outcomes(
        receive(home.ada, change(told["moment"], counter=3, set={"outcome": "settled"}))
    ) == ["saved"]


@pytest.mark.parametrize(
    "key", ["a\x00b", "\ud800", "x" * 36, "ABCDEF00-0000-4000-8000-000000000001"]
)
def test_a_key_no_database_takes_is_answered_and_the_rest_of_the_batch_kept(home, key):
    results = receive(home.ada, {**new(child=home.wren), "key": key}, new(child=home.wren))

    assert (results[0].key, results[0].result) == (key, "rejected")
    assert results[1].result == "saved"


@pytest.mark.parametrize(
    "odd", ["wall\x00push", "wall\ud800push", float("nan"), float("inf"), 10**400, {"deep": []}]
)
def test_an_offer_never_stops_a_batch_or_a_copy(home, odd):
    results = receive(
        home.ada,
        new(child=home.wren, decision=[{"practice": "wall-push", "odd": odd}]),
        new(child=home.wren),
    )

    assert results[1].result == "saved"
    kept = Moment.objects.filter(decision__contains="odd").first()
    assert (
        kept is None
        or json.loads(json.dumps(kept.decision, allow_nan=False).encode()) == kept.decision
    )
