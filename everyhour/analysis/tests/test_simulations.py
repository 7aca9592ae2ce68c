"""`everyhour engine simulate`: table, plot, JSON, progress, and messages for wrong input."""

import io
import json
import os
import subprocess
import sys

import pytest

from everyhour.analysis import plots
from everyhour.analysis.command import main
from everyhour.analysis.progress import Progress

SMALL = ("simulate", "--families", "3", "--days", "3")


def run(*words: str) -> int:
    """Return the exit code of a command line, also when argparse exits."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)


def test_simulate_prints_a_table_and_draws_a_plot(tmp_path, capsys):
    picture = tmp_path / "weeks.svg"

    assert run(*SMALL, "--policies", "everyhour,schedule", "--svg", str(picture)) == 0

    output = capsys.readouterr().out
    assert "3 simulated families, 3 days, seed 168." in output
    assert "a fixed schedule with a rota" in output and "b everyhour" in output
    assert "c " not in output.split("└")[1]
    assert output.count("┤") == plots.HIGH
    assert "never" not in output  # simulated as a reference, but not asked for
    drawn = picture.read_text(encoding="utf-8")
    assert "<desc" in drawn and "everyhour: from" in drawn


def test_json_is_reproducible(capsys):
    assert run(*SMALL, "--policies", "everyhour", "--json") == 0
    first = capsys.readouterr().out
    assert run(*SMALL, "--policies", "everyhour", "--json") == 0

    output = json.loads(first)
    assert first == capsys.readouterr().out
    assert (output["families"], output["days"], [p["name"] for p in output["policies"]]) == (
        3,
        3,
        ["everyhour"],
    )
    assert len(output["policies"][0]["by_day"]) == 3 and output["policies"][0]["violations"] == 0


def test_what_helps_can_change_on_one_day(capsys):
    assert run(*SMALL, "--policies", "random", "--change", "2") == 0
    assert "On day 2 what helps changes in every family" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("--policies", "patience"),
            1,
            "There is no policy patience. There are: never, random, schedule",
        ),
        (("--families", "1"), 1, "Use two families or more"),
        (("--change", "9"), 1, "Day 9 is not within 3 days"),
        (("--days", "none"), 2, "not a whole number from 1"),
    ],
)
def test_impossible_simulation_is_refused_with_a_message(words, code, message, capsys):
    assert run(*SMALL, *words) == code

    output = capsys.readouterr()
    assert message in output.out + output.err


def test_simulate_does_not_load_django():
    script = (
        "import sys; from everyhour.analysis.command import main; "
        "main('simulate --families 2 --days 1 --json'.split()); "
        "print('django' in sys.modules, file=sys.stderr)"
    )
    environment = {
        name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )

    assert ran.stderr.strip() == "False"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_bar_is_drawn_on_a_terminal_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    seen, piped = Terminal(), io.StringIO()

    for out in (seen, piped):
        with Progress("simulating", 4, out=out) as step:
            step.reported -= 1  # as if a second had passed
            step(2)

    assert "█" in seen.getvalue() and "simulating: 2 of 4 (50%)" in seen.getvalue()
    assert seen.getvalue().endswith("\r\x1b[K")  # the line is cleared at the end
    assert piped.getvalue() == ""


def test_no_color_replaces_the_bar_with_lines(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    seen = Terminal()

    with Progress("simulating", 4, out=seen) as step:
        step.reported -= 60
        step(1)

    assert seen.getvalue().startswith("simulating: 1 of 4 (25%), about ")
    assert "\x1b" not in seen.getvalue()


def test_bars_point_right_for_positive_values():
    drawn = plots.bars({"for": 0.2, "against": -0.1}).splitlines()

    assert drawn[0].index("│") < drawn[0].index("█") and drawn[1].index("█") < drawn[1].index("│")
    assert drawn[0].count("█") == 2 * drawn[1].count("█")


def test_single_point_can_be_plotted():
    assert "only" in plots.lines({"only": [2.0]}, below="day")
    assert "only" in plots.svg({"only": [2.0]}, title="t", below="day", beside="b")
