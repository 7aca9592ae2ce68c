"""`everyhour engine fit`, `roll-back`, `replay` and `explain`: output and exit codes."""

import re
from datetime import timedelta

import pytest

from everyhour.analysis.command import main
from everyhour.domain.recommendations import decisions, training
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from everyhour.domain.recommendations.tests import scenes
from everyhour.domain.recommendations.tests.scenes import FAILS, HELPS, NOW, decide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def ada():
    return scenes.guardian(name="Ada of the hills")


@pytest.fixture
def wren(ada):
    return scenes.child(ada, nickname="Wrenling")


def run(*words: str) -> int:
    return main(list(words))


def log_tries(by, child) -> None:
    for practice, outcome in ((HELPS, "settled"), (FAILS, "not_yet")):
        scenes.log_tries(by, child, practice, outcome, 6)


def test_dry_run_prints_the_model_and_writes_nothing(ada, wren, capsys):
    log_tries(ada, wren)

    assert run("fit", "--dry-run") == 0

    output = capsys.readouterr().out
    assert (
        "From 12 tries with 1 child." in output
        and "It would be used." in output
        and "Nothing was written." in output
    )
    assert re.search(
        r"practice wall-push +\+0\.\d{4} +0\.\d{4} +\+0\.0000", output
    )  # belief, doubt, before
    assert re.search(r"closeness:calm +\+0\.\d{3} .*│█+", output)
    assert not ModelVersion.objects.exists() and not ChildEstimate.objects.exists()


def test_fit_creates_a_listed_version(ada, wren, capsys):
    log_tries(ada, wren)

    assert run("fit") == 0
    assert run("fit", "--list") == 0

    output = capsys.readouterr().out
    assert (
        "Version 1, from 12 tries with 1 child." in output and "In force now: version 1." in output
    )
    assert re.search(r"\n +1 +2\d{3}-.* in force +12 +1 ", output)


def test_list_without_versions_says_so(capsys):
    assert run("fit", "--list") == 0
    assert "There is no version yet" in capsys.readouterr().out


def test_roll_back_stores_the_reason(ada, wren, capsys):
    log_tries(ada, wren)
    for night in (2, 1):
        training.learn(at=NOW - timedelta(hours=night))

    assert run("roll-back", "--reason", "looked odd", "--yes") == 0
    assert run("fit", "--list") == 0

    output = capsys.readouterr().out
    assert "Version 2 is out of use. In force now: version 1." in output
    assert re.search(r"\n +2 .* rolled back .* looked odd", output)


def test_roll_back_without_terminal_needs_yes(ada, wren, capsys):
    log_tries(ada, wren)
    training.learn(at=NOW)

    assert run("roll-back", "--reason", "looked odd") == 1

    assert "Add --yes." in capsys.readouterr().out
    assert training.in_force() is not None


@pytest.mark.parametrize(
    ("words", "message"), [((), "No version is in force."), (("7",), "There is no version 7.")]
)
def test_roll_back_of_a_missing_version_is_refused(words, message, capsys):
    assert run("roll-back", *words, "--reason", "x", "--yes") == 1
    assert message in capsys.readouterr().out


def test_replay_counts_identical_decisions(ada, wren, capsys):
    log_tries(ada, wren)
    training.learn(at=NOW)
    for n in range(3):
        decide(wren, ada, key=f"today:{n}")

    assert run("replay") == 0

    output = capsys.readouterr().out
    assert re.search(r"checked +3\n", output) and re.search(r"identical +3\n", output)


def test_replay_finds_changed_rows_and_skips_other_servers(ada, wren, capsys):
    changed, imported = decide(wren, ada), decide(wren, ada, key="today:2")
    changed.body["decision"]["seed"] += 1
    changed.save()
    imported.candidate_set = None
    imported.save()

    assert run("replay", "--n", "10") == 1

    output = capsys.readouterr().out
    assert f"{changed.pk}  differs" in output
    assert re.search(r"made on another server, not checked +1\n", output) and re.search(
        r"differ +1\n", output
    )


def test_explain_prints_terms_and_alternative(ada, wren, capsys):
    log_tries(ada, wren)
    training.learn(at=NOW)
    made = decide(wren, ada)
    other = next(slug for slug in decisions.decode(made).slugs if slug != made.practice)

    assert run("explain", made.pk, "--other", other) == 0

    output = capsys.readouterr().out
    assert f"Offered: {made.practice}, with probability" in output and "  chosen" in output
    assert re.search(r"total +[+-]0\.\d{3} ", output)
    assert re.search(r"standard deviation 0\.\d{3}: (sure|fairly sure|a guess)\.", output)
    assert (
        f"Why not {other}: it was possible, with probability" in output
        and "Estimated probability that it would have been better" in output
    )
    assert "Wrenling" not in output and "Ada" not in output  # ids and slugs only


def test_explain_names_the_rule_that_excluded_a_practice(ada, wren, capsys):
    wren.never = [HELPS]
    wren.save()
    made = decide(wren, ada)

    assert run("explain", made.pk, "--other", HELPS) == 0

    output = capsys.readouterr().out
    assert f"Why not {HELPS}: a rule excluded it (never)." in output
    assert re.search(r"never +wall-push", output)


def test_explain_names_the_reason_for_no_offer(ada, wren, capsys):
    assert run("explain", decide(wren, ada, paused=True).pk) == 0
    assert "Nothing was offered: paused." in capsys.readouterr().out


def test_explain_says_when_the_model_could_not_be_used(ada, wren, capsys):
    log_tries(ada, wren)
    ModelVersion.objects.filter(pk=training.learn(at=NOW).pk).update(body=b"damaged")
    made = decide(wren, ada)

    assert run("explain", made.pk) == 0
    assert run("replay") == 0  # the fallback is repeatable too

    assert "The model could not be used: no belief." in capsys.readouterr().out


def test_explain_refuses_unknown_decisions_and_practices(ada, wren, capsys):
    assert run("explain", "unknown") == 1
    assert run("explain", decide(wren, ada).pk, "--other", "singing") == 1

    output = capsys.readouterr().out
    assert (
        "There is no decision unknown." in output
        and "There was no practice singing at that time." in output
    )


@pytest.mark.parametrize("command", ["simulate", "fit", "roll-back", "replay", "explain"])
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")

    assert ended.value.code == 0
    assert f"  everyhour engine {command}" in capsys.readouterr().out
