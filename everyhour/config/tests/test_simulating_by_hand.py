"""`everyhour engine simulate`: policies beside one another, as somebody meets them who wants to know which one learns."""

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
    """Give the exit code of a command line, also when it ends the process."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)


def test_policies_stand_in_a_table_and_in_a_plot(tmp_path, capsys):
    picture = tmp_path / "weeks.svg"

    assert run(*SMALL, "--policies", "everyhour,schedule", "--svg", str(picture)) == 0

    told = capsys.readouterr().out
    assert "3 invented families, 3 days, seed 168." in told
    assert (
        "a fixed schedule with a rota" in told
        and "b everyhour" in told
        and "c " not in told.split("└")[1]
    )
    assert told.count("┤") == plots.HIGH
    assert "never" not in told  # lived as a measure, and not asked for
    drawn = picture.read_text(encoding="utf-8")
    assert "<desc" in drawn and "everyhour: from" in drawn


def test_figures_for_programs_are_the_same_each_time(capsys):
    assert run(*SMALL, "--policies", "everyhour", "--json") == 0
    first = capsys.readouterr().out
    assert run(*SMALL, "--policies", "everyhour", "--json") == 0

    told = json.loads(first)
    assert first == capsys.readouterr().out
    assert (told["families"], told["days"], [p["name"] for p in told["policies"]]) == (
        3,
        3,
        ["everyhour"],
    )
    assert len(told["policies"][0]["by_day"]) == 3 and told["policies"][0]["violations"] == 0


def test_everything_may_change_on_one_day(capsys):
    assert run(*SMALL, "--policies", "random", "--change", "2") == 0
    assert "On day 2 everything changes for every family" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("--policies", "patience"),
            1,
            "There is no policy patience. There are: never, random, schedule",
        ),
        (("--families", "1"), 1, "Two families at least"),
        (("--change", "9"), 1, "Day 9 is not within 3 days"),
        (("--days", "none"), 2, "not a number from 1 on"),
    ],
)
def test_what_cannot_be_lived_is_answered_with_a_sentence(words, code, said, capsys):
    assert run(*SMALL, *words) == code

    told = capsys.readouterr()
    assert said in told.out + told.err


def test_it_needs_no_django():
    words = "import sys; from everyhour.analysis.command import main; main(['simulate', '--families', '2', '--days', '1', '--json'])"
    told = f"{words}; print('django' in sys.modules, file=sys.stderr)"
    environment = {
        name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }

    ran = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, env=environment
    )

    assert ran.stderr.strip() == "False"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    seen, piped = Terminal(), io.StringIO()

    for out in (seen, piped):
        with Progress("living", 4, out=out) as step:
            step.told -= 1  # as if a second had passed
            step(2)

    assert "█" in seen.getvalue() and "living: 2 of 4 (50%)" in seen.getvalue()
    assert seen.getvalue().endswith("\r\x1b[K")  # and it leaves nothing behind
    assert piped.getvalue() == ""


def test_elsewhere_a_plain_line_tells_now_and_then(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    seen = Terminal()

    with Progress("living", 4, out=seen) as step:
        step.told -= 60
        step(1)

    assert (
        seen.getvalue().startswith("living: 1 of 4 (25%), about ") and "\x1b" not in seen.getvalue()
    )


def test_bars_go_to_the_side_that_they_speak_for():
    drawn = plots.bars({"for": 0.2, "against": -0.1}).splitlines()

    assert drawn[0].index("│") < drawn[0].index("█") and drawn[1].index("█") < drawn[1].index("│")
    assert drawn[0].count("█") == 2 * drawn[1].count("█")


def test_a_flat_line_and_a_single_day_can_be_drawn():
    assert "only" in plots.lines({"only": [2.0]}, below="day")
    assert "only" in plots.svg({"only": [2.0]}, title="t", below="day", beside="b")
