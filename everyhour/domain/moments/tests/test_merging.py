"""Changes come in any order, twice, from two phones with wrong clocks; the moment is the same."""

import doctest
import random

from everyhour.domain.moments import merging, wall_time
from everyhour.domain.moments.merging import Change, NoteEdit, fold


def told(
    key: str, counter: int, *, device: str = "phone", note: NoteEdit | None = None, **fields
) -> Change:
    return Change(key, "m", device, counter, by="ada", set=fields, note=note)


def texts(changes) -> list[str]:
    return [version.text for version in fold(changes).notes]


def test_the_examples_are_true():
    assert doctest.testmod(merging).failed == doctest.testmod(wall_time).failed == 0


def test_any_order_and_any_number_of_times_gives_the_same_moment():
    changes = [
        told("a", 1, whom={"kind": "got", "child": None}, when={"at": "x"}, outcome="not_yet"),
        told("b", 2, outcome="settled", note=NoteEdit("hummed")),
        told("c", 2, device="tablet", outcome="a_bit", note=NoteEdit("she laughed")),
        told("d", 3, note=NoteEdit("hummed, then quiet", replaces=("b",))),
    ]
    rng = random.Random(168)

    states = []
    for _ in range(200):
        shuffled = [*changes, *rng.choices(changes, k=5)]
        rng.shuffle(shuffled)
        states.append(fold(shuffled))

    assert all(state == states[0] for state in states)
    assert states[0].fields["outcome"] == "a_bit"


def test_two_phones_that_wrote_at_the_same_time_leave_both_texts():
    one, two = (
        told("a", 2, note=NoteEdit("one")),
        told("b", 2, device="tablet", note=NoteEdit("two")),
    )

    assert texts([one, two]) == texts([two, one]) == ["one", "two"]


def test_a_text_replaces_what_its_writer_saw_and_nothing_else():
    first = told("a", 1, note=NoteEdit("first"))
    meanwhile = told("b", 2, device="tablet", note=NoteEdit("meanwhile"))
    better = told("c", 2, note=NoteEdit("better", replaces=("a",)))

    assert texts([first, meanwhile, better]) == ["better", "meanwhile"]


def test_one_text_for_both_ends_the_standing_of_both():
    one, two = (
        told("a", 2, note=NoteEdit("one")),
        told("b", 2, device="tablet", note=NoteEdit("two")),
    )

    assert texts([one, two, told("c", 3, note=NoteEdit("both", replaces=("a", "b")))]) == ["both"]


def test_texts_that_name_each_other_are_not_both_lost():
    one, two = (
        told("a", 2, note=NoteEdit("one", replaces=("b",))),
        told("b", 3, note=NoteEdit("two", replaces=("a",))),
    )

    assert texts([one, two]) == ["two"]


def test_taking_a_note_out_takes_out_only_what_was_seen():
    one, two = (
        told("a", 1, note=NoteEdit("one")),
        told("b", 2, device="tablet", note=NoteEdit("two")),
    )

    assert texts([one, two, told("c", 2, note=NoteEdit("", replaces=("a",)))]) == ["two"]


def test_a_time_never_comes_from_two_phones():
    one = told("a", 1, when={"at": "1", "zone": "Europe/Berlin"})
    two = told("b", 2, when={"at": "2", "zone": "America/Chicago"})

    assert fold([two, one]).fields["when"] == {"at": "2", "zone": "America/Chicago"}


def test_a_moment_whose_first_change_is_on_the_way_is_not_whole():
    assert not fold([told("b", 2, outcome="settled")]).whole
    assert not fold([]).whole
