"""Folding gives the same moment for any order, duplicates and clocks of its changes."""

import doctest
import random

from everyhour.domain.moments import merging, wall_time
from everyhour.domain.moments.merging import Change, NoteEdit, fold


def make_change(
    key: str, counter: int, *, device: str = "phone", note: NoteEdit | None = None, **fields
) -> Change:
    return Change(key, "m", device, counter, by="ada", set=fields, note=note)


def texts(changes) -> list[str]:
    return [version.text for version in fold(changes).notes]


def test_doctests_pass():
    assert doctest.testmod(merging).failed == doctest.testmod(wall_time).failed == 0


def test_fold_ignores_order_and_duplicates():
    changes = [
        make_change("a", 1, whom={"kind": "got"}, when={"at": "x"}, outcome="not_yet"),
        make_change("b", 2, outcome="settled", note=NoteEdit("hummed")),
        make_change("c", 2, device="tablet", outcome="a_bit", note=NoteEdit("she laughed")),
        make_change("d", 3, note=NoteEdit("hummed, then quiet", replaces=("b",))),
    ]
    rng = random.Random(168)

    states = []
    for _ in range(200):
        shuffled = [*changes, *rng.choices(changes, k=5)]
        rng.shuffle(shuffled)
        states.append(fold(shuffled))

    assert all(state == states[0] for state in states)
    assert states[0].fields["outcome"] == "a_bit"


def test_concurrent_notes_are_both_kept():
    one = make_change("a", 2, note=NoteEdit("one"))
    two = make_change("b", 2, device="tablet", note=NoteEdit("two"))

    assert texts([one, two]) == texts([two, one]) == ["one", "two"]


def test_note_replaces_only_the_versions_it_names():
    first = make_change("a", 1, note=NoteEdit("first"))
    meanwhile = make_change("b", 2, device="tablet", note=NoteEdit("meanwhile"))
    better = make_change("c", 2, note=NoteEdit("better", replaces=("a",)))

    assert texts([first, meanwhile, better]) == ["better", "meanwhile"]


def test_one_note_can_replace_two():
    one = make_change("a", 2, note=NoteEdit("one"))
    two = make_change("b", 2, device="tablet", note=NoteEdit("two"))
    both = make_change("c", 3, note=NoteEdit("both", replaces=("a", "b")))

    assert texts([one, two, both]) == ["both"]


def test_notes_replacing_each_other_are_not_both_lost():
    one = make_change("a", 2, note=NoteEdit("one", replaces=("b",)))
    two = make_change("b", 3, note=NoteEdit("two", replaces=("a",)))

    assert texts([one, two]) == ["two"]


def test_deleting_a_note_keeps_a_concurrent_one():
    one = make_change("a", 1, note=NoteEdit("one"))
    two = make_change("b", 2, device="tablet", note=NoteEdit("two"))
    deletion = make_change("c", 2, note=NoteEdit("", replaces=("a",)))

    assert texts([one, two, deletion]) == ["two"]


def test_grouped_fields_come_from_one_change():
    one = make_change("a", 1, when={"at": "1", "zone": "Europe/Berlin"})
    two = make_change("b", 2, when={"at": "2", "zone": "America/Chicago"})

    assert fold([two, one]).fields["when"] == {"at": "2", "zone": "America/Chicago"}


def test_moment_without_its_first_change_is_not_whole():
    assert not fold([make_change("b", 2, outcome="settled")]).whole
    assert not fold([]).whole
