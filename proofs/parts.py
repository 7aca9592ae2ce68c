"""Parts of proofs that run in a process of their own: `python -m proofs.parts NAME ARGUMENTS`."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module

from proofs.workers import run_worker

PARTS = {
    "families": "export_oracle",
    "round_trip": "export_oracle",
    "many_notes": "export_oracle",
    "columns": "erasure_fixtures",
    "create": "erasure_fixtures",
    "unerased_family": "erasure_fixtures",
    "digest": "erasure_fixtures",
    "remaining": "erasure_fixtures",
    "beliefs": "fallback_beliefs",
    "rows": "fallback_rows",
    "spoil": "fallback_rows",
    "decide_many": "replay_player",
    "decide_again": "replay_player",
}


def run_part(name: str, *arguments: object, environment: dict[str, str]) -> Iterator[dict]:
    """Run a part in a process of its own and yield the records it prints."""
    return run_worker("proofs.parts", name, *arguments, environment=environment)


def print_record(**record) -> None:
    print(json.dumps(record), flush=True)


def print_case(case: str, problems: Iterable[str], **more) -> None:
    """Print how one case went, with the first four problems."""
    print_record(case=case, problems=list(dict.fromkeys(problems))[:4], **more)


def main(name: str, *arguments: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    django.setup()
    getattr(import_module(f"proofs.{PARTS[name]}"), name)(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
