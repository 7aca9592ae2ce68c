"""`everyhour engine analyse` and `plan-study`: results, and messages for unusable input."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from everyhour.analysis.command import main

FILE = Path(__file__).resolve().parents[3] / "testing/data/mrt/own_synth_mrt.csv"
ROWS = "family,sent,probability,available,moment\n"


def run(*words: str) -> int:
    """Return the exit code of a command line, also when argparse exits."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)


def write(folder, text: str) -> str:
    (folder / "study.csv").write_text(text, encoding="utf-8")
    return str(folder / "study.csv")


def test_analyse_prints_the_effect(capsys):
    words = "--outcome moment --controls moment_lag1,lowcap,wobbly --day day"

    assert run("analyse", str(FILE), *words.split()) == 0

    output = capsys.readouterr().out
    assert "41 families, 4,348 decision points; 3,231 randomised, 1,365 of them sent." in output
    assert re.search(
        r"Sending changed moment by 9\.\d+ in 100 decision points \(\d\.\d+ to 1\d(\.\d)?\)\.",
        output,
    )
    assert re.search(r"average +0\.3594 +0\.2398 .* < 0\.0001 +1\.43 ", output)  # EMEE, as in R
    assert "looked at as often as one likes" in output


def test_analyse_estimates_a_moderated_effect(capsys):
    words = (
        "--outcome score --controls moment_lag1,lowcap,wobbly,day "
        "--moderators lowcap,day --at lowcap=1,day=20"
    )

    assert run("analyse", str(FILE), *words.split()) == 0

    output = capsys.readouterr().out
    assert re.search(
        r"effect at lowcap=1, day=20 +0\.3538 +0\.1765 +0\.5311 .* 4\.06 +33 +0\.0003", output
    )  # as in R
    assert "Do the moderators matter, together: F(2, 33)" in output
    assert "EMEE" not in output


def test_analyse_says_when_there_is_no_evidence(tmp_path, capsys):
    rows = "".join(f"{i % 9},{i % 2},0.5,1,{i // 2 % 2}\n" for i in range(400))

    assert run("analyse", write(tmp_path, ROWS + rows), "--outcome", "moment") == 0

    assert "This study does not show that sending changes moment" in capsys.readouterr().out


def test_analyse_gives_bounds_for_missing_outcomes(tmp_path, capsys):
    rows = "".join(
        f"{i % 9},{i % 2},0.5,1,{'' if i % 5 == 0 else i // 2 % 2}\n" for i in range(400)
    )

    assert run("analyse", write(tmp_path, ROWS + rows), "--outcome", "moment") == 0

    output = capsys.readouterr().out
    missing = "Outcomes missing: 80 (20 % after something was sent, 20 % otherwise)."
    assert f"{missing} They are left out." in output
    assert re.search(r"if every missing outcome were .*\n─+\n0 +[-\d.]+ +.*\n1 +[-\d.]+", output)


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
def test_unusable_file_is_refused_with_a_message(tmp_path, capsys, text, words):
    assert run("analyse", write(tmp_path, text), "--outcome", "moment") == 1

    assert words in capsys.readouterr().out


def test_semicolons_byte_order_mark_and_other_names_are_read(tmp_path, capsys):
    rows = "".join(f"home {i % 9};{i % 2};0,5;{i % 3}\n".replace("0,5", "0.5") for i in range(300))

    file = write(tmp_path, "\ufeffhome;A;prob;calm\n" + rows)

    assert run("analyse", file, "--outcome", "calm", "--called", "family=home") == 0

    expected = "9 families, 300 decision points; 300 randomised, 150 of them sent."
    assert expected in capsys.readouterr().out


def test_each_category_of_a_column_can_be_a_control(capsys):
    assert run("analyse", str(FILE), "--outcome", "score", "--controls", "each:slot") == 0
    assert " 36 " in capsys.readouterr().out  # 41 families, less 1, three slots and the effect


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--outcome", "scor"), "There is no column scor; did you mean score?"),
        ((), "Which column is the outcome? Add --outcome with one of: family, t, day"),
        (("--outcome", "score", "--called", "sent=A,weather=B"), "There is no part called weather"),
        (("--outcome", "score", "--at", "day=20"), "Not a moderator of this fit: day"),
        (
            ("--outcome", "score", "--controls", "day,family"),
            "which is not a number. For one effect of each value, ask for each:family",
        ),
    ],
)
def test_unknown_columns_are_refused_with_a_message(words, message, capsys):
    assert run("analyse", str(FILE), *words) == 1
    assert message in capsys.readouterr().out


def test_missing_and_binary_files_are_refused_with_a_message(tmp_path, capsys):
    assert run("analyse", str(tmp_path / "nothing.csv"), "--outcome", "score") == 1
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0 and so on")
    assert run("analyse", str(tmp_path / "picture.csv"), "--outcome", "score") == 1

    output = capsys.readouterr().out
    assert "nothing.csv: No such file or directory." in output
    assert "This file is not UTF-8 text" in output


def test_plan_study_prints_and_draws_the_power_curve(tmp_path, capsys):
    picture = tmp_path / "power.svg"

    words = "--days 42 --ratio 1.2 --rate 0.2 --families 30"

    assert run("plan-study", *words.split(), "--svg", str(picture)) == 0

    output = capsys.readouterr().out
    expected = "31 families see a relative risk of 1.2 over a chance of 0.2 with a power of 80 %"
    assert expected in output
    assert "30 families see it with a power of 79 %." in output
    assert output.count("┤") == 11
    assert re.search(
        r"<desc[^>]*>Power rises from 7% with 3 families .* 31 families reach 80%\.</desc>",
        picture.read_text(encoding="utf-8"),
    )


def test_plan_study_accepts_a_standardised_effect(capsys):
    assert run("plan-study", "--days", "60", "--effect", "0.08") == 0
    assert capsys.readouterr().out.startswith("32 families see a standardised effect of 0.08")


def test_plan_study_warns_of_very_few_families(capsys):
    assert run("plan-study", "--days", "84", "--effect", "0.3") == 0
    assert "Do not trust a number of 10 or less" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--ratio", "1.2"), 1, "A relative risk needs --rate"),
        (("--ratio", "3", "--rate", "0.5"), 1, "The outcome would come in 150 % of cases"),
        (("--effect", "0"), 1, "an effect of zero"),
        (("--effect", "0.1", "--probability", "1"), 2, "is not between 0 and 1"),
        (("--effect", "0.1", "--points", "none"), 2, "not a whole number from 1"),
        ((), 2, "one of the arguments --effect --ratio is required"),
    ],
)
def test_impossible_plan_is_refused_with_a_message(words, code, message, capsys):
    assert run("plan-study", "--days", "42", *words) == code

    output = capsys.readouterr()
    assert message in output.out + output.err


@pytest.mark.parametrize("words", [("--help",), ("analyse", "--help"), ("plan-study", "--help")])
def test_help_is_printed(words, capsys):
    assert run(*words) == 0
    assert capsys.readouterr().out.startswith("usage: everyhour engine")


def test_other_commands_do_not_load_numpy():
    script = (
        "import sys; from everyhour.config.command import _parser; "
        "_parser(); print('numpy' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
