"""Every proof passes at a quick size, and every sabotage is caught, for the right reason."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import proofs
from testing.server import ROOT

pytestmark = pytest.mark.proof
# What the evidence must say: an exit code alone could come from something else that broke.
CAUGHT = {
    ("crisis", "login"): "no way to crisis help",
    ("crisis", "rename"): "/help/ is not the whole card",
    ("crisis", "delete-before-fetch"): "the page does not open",
    ("crisis", "banner"): "cannot be touched",
    ("crisis", "old-number"): "to mend",
    ("crisis", "foreign-font"): "asks for something else",
    ("noleak", "font"): "the policy blocked style-src-elem http://fonts.invalid",
    ("noleak", "pixel"): "request to another origin: GET http://pixel.invalid",
    ("noleak", "cookie"): "Set-Cookie: visitor",
    ("noleak", "token"): "Set-Cookie: csrftoken on a page without a form",
    ("phone", "ack-before-commit"): "lost:",
    ("phone", "relaxed"): "a write was relaxed",
    ("phone", "lie"): "lost:",
    ("access", "no-tenant"): "it gave 200 for what is not theirs",
    ("access", "undeclared"): "does not say who may open it",
    ("access", "foreign-403"): "403 is not the 404 of what does not exist",
    ("access", "see-all"): "it tells the id of a moment",
    ("access", "unruled"): "nobody wrote down what “whom” stands for",
    ("sync", "no-dedupe"): "diverged: notes",
    ("sync", "last-writer-wins"): "lost text:",
    ("kill9", "ack-before-commit"): "lost:",
    ("powercut", "sync=NORMAL"): "lost:",
    ("powercut", "sync=OFF"): "lost:",
    ("erase", "keep-column"): "in everyhour.sqlite3: Caregiver.name",
    ("erase", "keep-words"): "in everyhour.sqlite3: Note.text, sealed",
    ("erase", "keep-letters"): ".log: Person.email",
    ("erase", "no-secure-delete"): "still readable after erasure in everyhour.sqlite3",
    ("export", "forget-column"): "forgotten: moments.caregiver_state",
    ("export", "tell-private"): "leaked: a ",
    ("export", "other-home"): "leaked: foods of a child",
    ("export", "new-ids"): "not identical",
    ("dst", "count-hours"): "missed, ",
    ("dst", "second-of-two"): "it came at",
    ("dst", "guess-the-missing"): "it came at",
    ("dst", "end-too-late"): "it was ",
    ("dst", "half-a-plan"): "missed: nothing was planned",
    ("clock", "no-brake"): "came while nobody could know what time it is",
    ("clock", "no-expiry"): "late: over an hour forward",
    ("quiet", "ttl=28d"): "it could arrive in quiet hours",
    ("quiet", "ignore-pause"): "it left while paused",
    ("quiet", "flush-backlog"): "after its hard part began",
    ("quiet", "no-recheck"): "it left while paused",
    ("enumeration", "say-so"): "another body",
    ("enumeration", "skip-hash"): "the time tells",
    ("enumeration", "no-letter"): "got other letters",
    ("replay", "dice-of-the-process"): "the decision does not repeat from its rows",
    ("replay", "forget-past"): "the decision does not repeat from its rows",
    ("replay", "todays-fit"): "the decision does not repeat from its rows",
    ("replay", "todays-library"): "the decision does not repeat from its rows",
    ("safety", "skip-allergies"): "it breaks an allergy (",
    ("safety", "skip-storm"): "it breaks a demand in storm (",
    ("safety", "forget-never"): "it breaks a never (",
    ("safety", "floor-for-all"): "probabilities do not sum to one (",
    ("safety", "ask-the-paused"): "to a family that is not available (",
    ("outbox", "retry-unsure"): "told 2 times",
    ("outbox", "send-before-record"): "told 2 times",
    ("outbox", "leave-it"): "lost: never told",
    ("outbox", "never-twice"): "lost: never told",
    ("fallback", "let-it-fall"): "it raised ValueError: not JSON",
    ("fallback", "believe-nan"): "not uniform among the allowed practices",
    ("fallback", "hide-it"): "the fallback is not flagged",
    ("fallback", "trust-rows"): "it raised error: Error -3 while decompressing",
}
QUICK = {
    "access": 200,
    "outbox": 6,
    "enumeration": 12,
    "clock": 2,
    "dst": 3,
    "quiet": 6_000,
    "erase": 2,
    "export": 2,
    "sync": 150,
    "crisis": 6,
    "noleak": 10,
    "phone": 2,
    "replay": 100,
    "safety": 8_000,
    "fallback": 20,
    "kill9": 4,
    "powercut": 40,
}


@pytest.mark.parametrize("name", proofs.NAMES)
def test_a_promise_holds(name, tmp_path):
    ran = prove(name, "--n", str(QUICK[name]), out=tmp_path / "evidence.json")

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert evidence["tried"] > QUICK[name] and evidence["failed"] == 0 and evidence["seed"] == 168


@pytest.mark.parametrize(("name", "sabotage"), CAUGHT)
def test_a_broken_promise_is_caught(name, sabotage, tmp_path):
    ran = prove(name, "--n", "2", "--sabotage", sabotage, out=tmp_path / "evidence.json")

    assert ran.returncode == 1, ran.stdout[-4000:] + ran.stderr[-2000:]
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert CAUGHT[name, sabotage] in json.dumps(evidence["failures"], ensure_ascii=False)


def test_every_sabotage_is_listed_and_tried():
    ran = prove("all", "--sabotage", "list")

    assert ran.returncode == 0
    known = {name: importlib.import_module(f"proofs.{name}").SABOTAGES for name in proofs.NAMES}
    assert {(name, sabotage) for name, sabotages in known.items() for sabotage in sabotages} == set(
        CAUGHT
    )
    assert all(sabotage in ran.stdout for _name, sabotage in CAUGHT)


def test_an_unknown_proof_or_sabotage_is_refused_in_words():
    assert prove("patience").returncode == 2
    assert "has no sabotage" in prove("noleak", "--sabotage", "storm").stdout


def prove(*arguments: str, out: Path | None = None) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "everyhour",
        "prove",
        *arguments,
        *(["--out", str(out)] if out else []),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
