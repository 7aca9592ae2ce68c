"""Scripts on a server's database, run in one process per server, so that Django starts only once.

The process reads one JSON line per script, {"script": "..."}, and answers with one line:
{"told": ...}, the script's variable of this name, or {"error": "..."}.
"""

import contextlib
import json
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Seeder:
    """Starts the process and sends it scripts."""

    def __init__(self, environment: dict[str, str]):
        command = [sys.executable, "-m", "testing.seed"]
        environment = {
            **environment,
            "DJANGO_SETTINGS_MODULE": environment.get(
                "DJANGO_SETTINGS_MODULE", "everyhour.config.settings"
            ),
        }
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, script: str) -> Any:
        """Run a script; return its variable `told`, or raise AssertionError with its traceback."""
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"script": script}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "The seeding process ended by itself."}
        assert "error" not in answer, answer["error"]
        return answer["told"]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.process.communicate(timeout=10)


def main() -> None:
    import django
    from django.db import connections

    answers, sys.stdout = sys.stdout, sys.stderr  # scripts may print
    django.setup()
    for line in sys.stdin:
        try:
            names: dict[str, Any] = {"__name__": "seed"}
            code = compile(json.loads(line)["script"], "<seed>", "exec")
            exec(code, names)  # noqa: S102  scripts of our own tests
            answer = json.dumps({"told": names.get("told")})
        except Exception:
            answer = json.dumps({"error": traceback.format_exc()})
        finally:
            connections.close_all()
        print(answer, file=answers, flush=True)


if __name__ == "__main__":
    main()
