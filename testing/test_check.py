"""The stages of the check."""

import os
import subprocess
import sys
import time

from testing import check


def test_stage_over_its_limit_is_ended_with_its_children(tmp_path):
    left = tmp_path / "left"
    child = f"import time; time.sleep(3); open({str(left)!r}, 'w')"
    program = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(0))\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "time.sleep(60)\n"
    )
    began = time.monotonic()

    assert check._wait([sys.executable, "-c", program], dict(os.environ), limit=1) == 1

    assert time.monotonic() - began < 30
    time.sleep(3)
    assert not left.exists()


def test_stage_within_its_limit_returns_its_exit_code():
    assert check._wait([sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), 60) == 3


def test_static_checks_that_hang_are_ended_and_fail():
    stage = check.Stage("static")
    with check.Static(stage, end_late=True) as beside:
        beside.process.kill()
        beside.process.wait()
        beside.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        beside.limit = 0.5
        beside.wait()

    assert stage.failed
