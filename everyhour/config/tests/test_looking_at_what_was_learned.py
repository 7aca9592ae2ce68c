"""`everyhour engine fit`, `roll-back`, `replay` and `explain`, as an operator meets them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from everyhour.analysis.command import main
from everyhour.domain.recommendations import decisions, training
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion
from everyhour.domain.recommendations.tests import carried
from testing import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HELPS, NOT = "wall-push", "low-hum"


@pytest.fixture(scope="module", autouse=True)
def library(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), carried.today() as built:
        yield built


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - timedelta(days=60)), name="Ada of the hills")


@pytest.fixture
def wren(ada):
    return make.child(
        ada.family,
        nickname="Wrenling",
        at=NOW - timedelta(days=60),
        born_in=NOW.date().replace(year=2018, month=1, day=1),
    )


def run(*words: str) -> int:
    return main(list(words))


def tried(by, child, times: int = 6) -> None:
    for n in range(times):
        for practice, outcome in ((HELPS, "settled"), (NOT, "not_yet")):
            at = NOW - timedelta(days=n + 1, minutes=n)
            make.moment(
                by,
                child=child,
                at=at,
                changed_at=at,
                practice=practice,
                outcome=outcome,
                state_before="alarm",
                situation="homework",
            )


def decide(child, by, key: str = "today:1", **standing) -> Decision:
    return decisions.decide(
        child,
        key,
        by=by,
        state="alarm",
        situation="homework",
        standing=learned.Availability(clock=15, **standing),
        zone="UTC",
        at=NOW,
    )


def test_a_dry_run_tells_of_the_fit_and_writes_nothing(ada, wren, capsys):
    tried(ada, wren)

    assert run("fit", "--dry-run") == 0

    told = capsys.readouterr().out
    assert (
        "From 12 tries with 1 child." in told
        and "It would be used." in told
        and "Nothing was written." in told
    )
    assert re.search(
        r"practice wall-push +\+0\.\d{4} +0\.\d{4} +\+0\.0000", told
    )  # belief, doubt, before
    assert re.search(r"closeness:calm +\+0\.\d{3} .*│█+", told)
    assert not ModelVersion.objects.exists() and not ChildEstimate.objects.exists()


def test_a_fit_is_learned_now_and_stands_in_the_list(ada, wren, capsys):
    tried(ada, wren)

    assert run("fit") == 0
    assert run("fit", "--list") == 0

    told = capsys.readouterr().out
    assert "Version 1, from 12 tries with 1 child." in told and "In force now: version 1." in told
    assert re.search(r"\n +1 +2\d{3}-.* in force +12 +1 ", told)


def test_without_any_version_the_list_says_so(capsys):
    assert run("fit", "--list") == 0
    assert "There is no version yet" in capsys.readouterr().out


def test_a_version_is_taken_back_with_its_reason(ada, wren, capsys):
    tried(ada, wren)
    for night in (2, 1):
        training.learn(at=NOW - timedelta(hours=night))

    assert run("roll-back", "--reason", "looked odd", "--yes") == 0
    assert run("fit", "--list") == 0

    told = capsys.readouterr().out
    assert "Version 2 is out of use. In force now: version 1." in told
    assert re.search(r"\n +2 .* rolled back .* looked odd", told)


def test_nothing_is_taken_back_when_nobody_is_there_to_ask(ada, wren, capsys):
    tried(ada, wren)
    training.learn(at=NOW)

    assert run("roll-back", "--reason", "looked odd") == 1

    assert "Say --yes." in capsys.readouterr().out
    assert training.in_force() is not None


@pytest.mark.parametrize(
    ("words", "said"), [((), "Nothing learned is in force."), (("7",), "There is no version 7.")]
)
def test_what_is_not_there_cannot_be_taken_back(words, said, capsys):
    assert run("roll-back", *words, "--reason", "x", "--yes") == 1
    assert said in capsys.readouterr().out


def test_what_was_decided_is_decided_again(ada, wren, capsys):
    tried(ada, wren)
    training.learn(at=NOW)
    for n in range(3):
        decide(wren, ada, key=f"today:{n}")

    assert run("replay") == 0

    told = capsys.readouterr().out
    assert re.search(r"looked at +3\n", told) and re.search(r"identical +3\n", told)


def test_a_row_that_was_changed_is_found_and_one_of_another_server_is_counted_apart(
    ada, wren, capsys
):
    changed, brought = decide(wren, ada), decide(wren, ada, key="today:2")
    changed.body["decision"]["seed"] += 1
    changed.save()
    brought.candidate_set = None
    brought.save()

    assert run("replay", "--n", "10") == 1

    told = capsys.readouterr().out
    assert f"{changed.pk}  comes out otherwise" in told
    assert re.search(r"of another server, decided again there +1\n", told) and re.search(
        r"differ +1\n", told
    )


def test_a_decision_is_explained_by_its_terms(ada, wren, capsys):
    tried(ada, wren)
    training.learn(at=NOW)
    made = decide(wren, ada)
    other = next(slug for slug in decisions.decode(made).slugs if slug != made.practice)

    assert run("explain", made.pk, "--other", other) == 0

    told = capsys.readouterr().out
    assert f"Offered: {made.practice}, with probability" in told and "  chosen" in told
    assert re.search(r"together +[+-]0\.\d{3} ", told)
    assert re.search(r"standard deviation 0\.\d{3}: (sure|fairly sure|a guess)\.", told)
    assert (
        f"Why not {other}: it could have come, with probability" in told
        and "The chance that it would have been the better one" in told
    )
    assert "Wrenling" not in told and "Ada" not in told  # ids and slugs, nobody's name


def test_what_a_rule_left_out_is_said_with_the_rule(ada, wren, capsys):
    wren.never = [HELPS]
    wren.save()
    made = decide(wren, ada)

    assert run("explain", made.pk, "--other", HELPS) == 0

    told = capsys.readouterr().out
    assert f"Why not {HELPS}: a rule left it out (never)." in told
    assert re.search(r"never +wall-push", told)


def test_a_silence_is_explained_by_its_reason(ada, wren, capsys):
    assert run("explain", decide(wren, ada, paused=True).pk) == 0
    assert "Nothing was offered: paused." in capsys.readouterr().out


def test_a_safe_answer_says_that_nothing_was_weighed(ada, wren, capsys):
    tried(ada, wren)
    ModelVersion.objects.filter(pk=training.learn(at=NOW).pk).update(body=b"damaged")
    made = decide(wren, ada)

    assert run("explain", made.pk) == 0
    assert run("replay") == 0  # the safe answer comes out again too

    assert (
        "Nothing was weighed: the belief could not be used (no belief)." in capsys.readouterr().out
    )


def test_an_unknown_decision_or_practice_is_answered_with_a_sentence(ada, wren, capsys):
    assert run("explain", "nobody") == 1
    assert run("explain", decide(wren, ada).pk, "--other", "singing") == 1

    told = capsys.readouterr().out
    assert (
        "There is no decision nobody here." in told
        and "There was no practice singing then." in told
    )


@pytest.mark.parametrize("command", ["simulate", "fit", "roll-back", "replay", "explain"])
def test_each_explains_itself_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")

    assert ended.value.code == 0
    assert f"  everyhour engine {command}" in capsys.readouterr().out
