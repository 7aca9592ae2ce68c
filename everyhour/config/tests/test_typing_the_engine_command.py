"""`everyhour engine analyse` and `plan-study`, as a statistician meets them: a table for a file, a sentence for what is wrong."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from everyhour.analysis.command import main

FILE = Path(__file__).resolve().parents[3] / "testing/data/mrt/own_synth_mrt.csv"
ROWS = "family,sent,probability,available,moment\n"


def run(*words: str) -> int:
    """Give the exit code of a command line, also when it ends the process."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)


def written(path, text: str) -> str:
    (path / "study.csv").write_text(text, encoding="utf-8")
    return str(path / "study.csv")


def test_a_file_becomes_an_effect_in_words_and_tables(capsys):
    assert (
        run(
            "analyse",
            str(FILE),
            "--outcome",
            "moment",
            "--controls",
            "moment_lag1,lowcap,wobbly",
            "--day",
            "day",
        )
        == 0
    )

    told = capsys.readouterr().out
    assert "41 families, 4,348 decision points; 3,231 randomised, 1,365 of them sent." in told
    assert re.search(
        r"Sending changed moment by 9\.\d+ in 100 decision points \(\d\.\d+ to 1\d(\.\d)?\)\.", told
    )
    assert re.search(r"average +0\.3594 +0\.2398 .* < 0\.0001 +1\.43 ", told)  # EMEE, as in R
    assert "looked at as often as one likes" in told


def test_an_effect_may_depend_on_the_day_and_be_asked_for_on_one(capsys):
    words = (
        "--controls",
        "moment_lag1,lowcap,wobbly,day",
        "--moderators",
        "lowcap,day",
        "--at",
        "lowcap=1,day=20",
    )

    assert run("analyse", str(FILE), "--outcome", "score", *words) == 0

    told = capsys.readouterr().out
    assert re.search(
        r"effect at lowcap=1, day=20 +0\.3538 +0\.1765 +0\.5311 .* 4\.06 +33 +0\.0003", told
    )  # as in R
    assert "Do the moderators matter, together: F(2, 33)" in told
    assert "EMEE" not in told


def test_a_null_is_said_as_plainly_as_an_effect(tmp_path, capsys):
    rows = "".join(f"{i % 9},{i % 2},0.5,1,{i // 2 % 2}\n" for i in range(400))

    assert run("analyse", written(tmp_path, ROWS + rows), "--outcome", "moment") == 0

    assert "This study does not show that sending changes moment" in capsys.readouterr().out


def test_what_missing_answers_could_hide_is_told_both_ways(tmp_path, capsys):
    rows = "".join(
        f"{i % 9},{i % 2},0.5,1,{'' if i % 5 == 0 else i // 2 % 2}\n" for i in range(400)
    )

    assert run("analyse", written(tmp_path, ROWS + rows), "--outcome", "moment") == 0

    told = capsys.readouterr().out
    assert (
        "Outcomes missing: 80 (20 % after something was sent, 20 % otherwise). They are left out."
        in told
    )
    assert re.search(r"if every missing outcome were .*\n─+\n0 +[-\d.]+ +.*\n1 +[-\d.]+", told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        (ROWS, "has no rows"),
        ("home,got,moment\n1,1,1\n", "family       which family, any label (also read: family_id"),
        ("home,got,moment\n1,1,1\n", "The file has: home, got, moment."),
        (ROWS + "1,1,0.5,1\n", "Row 1 has 4 values, and the first line names 5"),
        ("a,a\n1,1\n", "Two columns are called a"),
        (
            ROWS + "1,1,high,1,1\n",
            "Column probability holds “high” in row 1, which is not a number",
        ),
        (ROWS + "1,1,0.5,1,1\n1,0,0.5,1,1\n", "There is one family (1)"),
        (
            ROWS + "1,1,1,1,1\n2,0,0.5,1,1\n",
            "probability of sending is not between 0 and 1 (first: row 1, 1)",
        ),
        (ROWS + "1,1,0.5,1,\n2,0,0.5,1,NA\n", "The outcome is missing in all 2 rows"),
        (ROWS + "1,1,0.5,0,1\n2,0,0.5,0,1\n", "In none of the 2 rows was sending possible"),
    ],
)
def test_a_file_that_cannot_tell_is_answered_with_a_sentence(tmp_path, capsys, text, words):
    assert run("analyse", written(tmp_path, text), "--outcome", "moment") == 1

    assert words in capsys.readouterr().out


def test_semicolons_a_mark_at_the_beginning_and_other_names_are_read(tmp_path, capsys):
    rows = "".join(f"home {i % 9};{i % 2};0,5;{i % 3}\n".replace("0,5", "0.5") for i in range(300))

    assert (
        run(
            "analyse",
            written(tmp_path, "\ufeffhome;A;prob;calm\n" + rows),
            "--outcome",
            "calm",
            "--called",
            "family=home",
        )
        == 0
    )

    assert (
        "9 families, 300 decision points; 300 randomised, 150 of them sent."
        in capsys.readouterr().out
    )


def test_each_value_of_a_column_may_be_a_control(capsys):
    assert run("analyse", str(FILE), "--outcome", "score", "--controls", "each:slot") == 0
    assert " 36 " in capsys.readouterr().out  # 41 families, less 1, three slots and the effect


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--outcome", "scor"), "There is no column scor; did you mean score?"),
        ((), "Which column is the outcome? --outcome with one of: family, t, day"),
        (("--outcome", "score", "--called", "sent=A,weather=B"), "There is no part called weather"),
        (("--outcome", "score", "--at", "day=20"), "Not a moderator of this fit: day"),
        (
            ("--outcome", "score", "--controls", "day,family"),
            "which is not a number. For one effect of each value, ask for each:family",
        ),
    ],
)
def test_what_the_file_does_not_hold_is_said(words, said, capsys):
    assert run("analyse", str(FILE), *words) == 1
    assert said in capsys.readouterr().out


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path, capsys):
    assert run("analyse", str(tmp_path / "nothing.csv"), "--outcome", "score") == 1
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0 and so on")
    assert run("analyse", str(tmp_path / "picture.csv"), "--outcome", "score") == 1

    told = capsys.readouterr().out
    assert "nothing.csv: No such file or directory." in told
    assert "not a file of text in UTF-8" in told


def test_a_study_is_planned_with_a_table_a_plot_and_a_picture(tmp_path, capsys):
    picture = tmp_path / "power.svg"

    assert (
        run(
            "plan-study",
            "--days",
            "42",
            "--ratio",
            "1.2",
            "--rate",
            "0.2",
            "--families",
            "30",
            "--svg",
            str(picture),
        )
        == 0
    )

    told = capsys.readouterr().out
    assert (
        "31 families see a relative risk of 1.2 over a chance of 0.2 with a power of 80 %" in told
    )
    assert "30 families see it with a power of 79 %." in told
    assert told.count("┤") == 11
    assert re.search(
        r"<desc[^>]*>Power rises from 7% with 3 families .* 31 families reach 80%\.</desc>",
        picture.read_text(encoding="utf-8"),
    )


def test_a_standardised_effect_is_planned_for_as_in_the_table_of_figures(capsys):
    assert run("plan-study", "--days", "60", "--effect", "0.08") == 0
    assert capsys.readouterr().out.startswith("32 families see a standardised effect of 0.08")


def test_too_few_families_are_not_to_be_trusted(capsys):
    assert run("plan-study", "--days", "84", "--effect", "0.3") == 0
    assert "Do not trust a number of 10 or less" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--ratio", "1.2"), 1, "A relative risk needs --rate"),
        (("--ratio", "3", "--rate", "0.5"), 1, "The outcome would come in 150 % of cases"),
        (("--effect", "0"), 1, "an effect of zero"),
        (("--effect", "0.1", "--probability", "1"), 2, "does not lie between 0 and 1"),
        (("--effect", "0.1", "--points", "none"), 2, "not a number from 1 on"),
        ((), 2, "one of the arguments --effect --ratio is required"),
    ],
)
def test_a_plan_that_cannot_be_is_answered_with_a_sentence(words, code, said, capsys):
    assert run("plan-study", "--days", "42", *words) == code

    told = capsys.readouterr()
    assert said in told.out + told.err


@pytest.mark.parametrize("words", [("--help",), ("analyse", "--help"), ("plan-study", "--help")])
def test_each_explains_itself(words, capsys):
    assert run(*words) == 0
    assert capsys.readouterr().out.startswith("usage: everyhour engine")


def test_those_who_serve_do_not_load_numpy():
    told = "import sys; from everyhour.config.command import _parser; _parser(); print('numpy' in sys.modules)"

    assert (
        subprocess.run(
            [sys.executable, "-c", told], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "False"
    )
