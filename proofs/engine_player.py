"""What proofs of the engine do in a process of their own: `python -m proofs.engine_player PART ARGUMENTS`, answered as JSON lines."""

import json
import os
import sys
from collections.abc import Iterable
from importlib import import_module

PARTS = {
    "beliefs": "proofs.fallback_beliefs", "rows": "proofs.fallback_rows", "spoil": "proofs.fallback_rows",
    "decide_many": "proofs.replay_player", "decide_again": "proofs.replay_player",
}  # fmt: skip


def tell(case: str, problems: Iterable[str], **more) -> None:
    """Say how one case went; only the first of many problems are said."""
    print(
        json.dumps({"case": case, "problems": list(dict.fromkeys(problems))[:4], **more}),
        flush=True,
    )


def main(part: str, *arguments: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    django.setup()
    getattr(import_module(PARTS[part]), part)(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
