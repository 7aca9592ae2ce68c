"""Every proof passes at a small size, and every sabotage is caught for the right reason."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import proofs
from testing.server import ROOT

pytestmark = pytest.mark.proof
# What the evidence must contain: the exit code alone could have another cause.
CAUGHT = {
    ("crisis", "login"): "no way to crisis help",
    ("crisis", "rename"): "/help/ is not the whole page",
    ("crisis", "delete-before-fetch"): "the page does not open",
    ("crisis", "banner"): "cannot be tapped",
    ("crisis", "old-number"): "to check before a release",
    ("crisis", "foreign-font"): "requests something else",
    ("crisis", "ask-first"): "the tap on the crisis link opens nothing",
    ("crisis", "forget-phrases"): "no panel appears beside the field",
    ("crisis", "late-panel"): "no panel appears beside the field",
    ("crisis", "lose-the-place"): "after the sheet the focus is somewhere else",
    ("noleak", "font"): "the policy blocked style-src-elem http://fonts.invalid",
    ("noleak", "pixel"): "request to another origin: GET http://pixel.invalid",
    ("noleak", "cookie"): "Set-Cookie: visitor",
    ("noleak", "token"): "Set-Cookie: csrftoken on a page without a form",
    ("phone", "ack-before-commit"): "lost:",
    ("phone", "relaxed"): "a write was relaxed",
    ("phone", "lie"): "lost:",
    ("access", "no-tenant"): "it answered 200 for what is not theirs",
    ("access", "undeclared"): "has no permission",
    ("access", "foreign-403"): "403 is not the 404 of what does not exist",
    ("access", "see-all"): "it reveals the id of a moment",
    ("access", "downgraded"): "it asks for “public”; decided is “guardian”",
    ("access", "unruled"): "“whom” is not in PARTS",
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
    ("clock", "no-brake"): "arrived while the clock was not trusted",
    ("clock", "no-expiry"): "late: over an hour forward",
    ("quiet", "ttl=28d"): "it could arrive in quiet hours",
    ("quiet", "ignore-pause"): "it was sent while paused",
    ("quiet", "flush-backlog"): "after its hard part began",
    ("quiet", "no-recheck"): "it was sent while paused",
    ("enumeration", "say-so"): "a different body",
    ("enumeration", "skip-hash"): "the time differs",
    ("enumeration", "no-letter"): "got different mail",
    ("replay", "dice-of-the-process"): "the decision does not repeat from its rows",
    ("replay", "forget-past"): "the decision does not repeat from its rows",
    ("replay", "todays-fit"): "the decision does not repeat from its rows",
    ("replay", "todays-library"): "the decision does not repeat from its rows",
    ("safety", "skip-allergies"): "it breaks an allergy (",
    ("safety", "skip-storm"): "it breaks a demand in storm (",
    ("safety", "forget-never"): "it breaks a never (",
    ("safety", "floor-for-all"): "it breaks the age (",
    ("safety", "ask-the-paused"): "to a family that is not available (",
    ("safety", "touch-at-bath"): "it breaks touch at dressing, bath and bed (",
    ("safety", "forget-body"): "it breaks the body (",
    ("safety", "forget-real-age"): "it breaks the real age (",
    ("safety", "forget-months"): "it breaks the months of a baby (",
    ("safety", "guess-age"): "it breaks an unknown age (",
    ("safety", "anywhere"): "it breaks an event that is not now (",
    ("outbox", "retry-unsure"): "arrived 2 times",
    ("outbox", "send-before-record"): "arrived 2 times",
    ("outbox", "leave-it"): "lost: it never arrived",
    ("outbox", "never-twice"): "lost: it never arrived",
    ("offline", "no-key"): "is not kept on the phone",
    ("offline", "no-once"): "Neighbor Lost arrived 2 times",
    ("offline", "early-delete"): "lost: Before",
    ("offline", "anyone"): "it was taken for somebody else's",
    ("offline", "trust-the-clock"): "lost: By the server's clock",
    ("offline", "error-page"): "the error page of the browser",
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
    "offline": 12,
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
def test_proof_passes(name, tmp_path):
    ran = prove(name, "--n", str(QUICK[name]), out=tmp_path / "evidence.json")

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert evidence["tried"] > QUICK[name] and evidence["failed"] == 0 and evidence["seed"] == 168


@pytest.mark.parametrize(("name", "sabotage"), CAUGHT)
def test_sabotage_is_caught_for_the_right_reason(name, sabotage, tmp_path):
    broken = ("--n", "2", "--sabotage", sabotage, "--until", CAUGHT[name, sabotage])
    ran = prove(name, *broken, out=tmp_path / "evidence.json")

    assert ran.returncode == 1, ran.stdout[-4000:] + ran.stderr[-2000:]
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert CAUGHT[name, sabotage] in json.dumps(evidence["failures"], ensure_ascii=False)


def test_every_sabotage_is_listed_and_tested():
    ran = prove("all", "--sabotage", "list")

    assert ran.returncode == 0
    known = {name: importlib.import_module(f"proofs.{name}").SABOTAGES for name in proofs.NAMES}
    assert {(name, sabotage) for name, sabotages in known.items() for sabotage in sabotages} == set(
        CAUGHT
    )
    assert all(sabotage in ran.stdout for _name, sabotage in CAUGHT)


def test_unknown_proof_or_sabotage_is_refused_with_a_message():
    assert prove("patience").returncode == 2
    assert "has no sabotage" in prove("noleak", "--sabotage", "storm").stdout


def prove(*arguments: str, out: Path | None = None) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "everyhour", "prove", *arguments]
    command += ["--out", str(out)] if out else []
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
