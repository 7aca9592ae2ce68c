"""Who goes is gone (TRUST.md row 14): a word of its own in every personal column, and afterwards no byte of it anywhere.

A real server; each person erases themselves through the page. Then every file of the state folder is searched, byte by byte:
the database with its free pages, its log, letters, sessions, and the server's own log beside it.
"""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from proofs.export import play
from proofs.ledger import Ledger
from proofs.stage import override, replace, stage
from testing.server import Server

QUICK = 4
SABOTAGES = {
    "keep-column": "the name of a caregiver stays in the family",
    "keep-words": "notes stay with the family that goes on",
    "keep-letters": "letters in the folder stay",
    "no-secure-delete": "SQLite leaves deleted bytes where they were",
}
PATIENCE = 60


def prove(ledger: Ledger, *, n: int | None) -> None:
    with stage(edit=EDITS.get(ledger.sabotage or "")) as playing:
        server = playing.server()
        (known,) = play(server.environment, "columns")
        ledger.case(
            "every model with personal columns is searched",
            [f"{label} is not" for label in known["strange"]],
        )
        (witness,) = play(server.environment, "witness")
        doomed = list(play(server.environment, "doom", str(n or QUICK), str(ledger.seed)))
        (before,) = play(server.environment, "digest", witness["family"])
        present = hits(server, doomed)
        ledger.case(
            "before, every word is found",
            []
            if all(present.values())
            else [f"{sum(not v for v in present.values())} are nowhere"],
        )
        with playing.playing(state=server.state) as web:
            for told in doomed:
                with ledger.attempt(f"erase {told['number']}"):
                    ledger.case(f"erase {told['number']} answers", erase(web, told["session"]))
            found = hits(web, doomed)  # while the server runs: nothing waits for it to stop
        (after,) = play(server.environment, "digest", witness["family"])
        _judge(ledger, server, doomed, found)
        ledger.case("another family is as it was", [] if before == after else ["it changed"])
        ledger.notes["personal columns"] = known["columns"]
        ledger.notes["words searched for"] = sum(told["marked"] for told in doomed)
        ledger.notes["bytes searched"] = sum(path.stat().st_size for path in files(server))


def _judge(ledger: Ledger, server: Server, doomed: list[dict], found: dict[str, list[str]]) -> None:
    listed = server.state / "doomed.json"
    listed.write_text(json.dumps(doomed))
    rows = {
        told["number"]: told["problems"] for told in play(server.environment, "left", str(listed))
    }
    listed.unlink()
    for told in doomed:
        bytes_left = [
            f"still in {where}: {column} {word[:12]}"
            for word, column in words(told).items()
            for where in found[word]
        ]
        ledger.case(
            f"nothing is left of {told['number']}", [*rows[told["number"]], *bytes_left][:5]
        )


def erase(server: Server, session: str) -> Iterator[str]:
    """Go at once, as a browser sends it: open the page, tick the box, send."""
    status, headers, body = _page(server, session)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', body.decode())
    cookie = re.search(r"csrftoken=(\w+)", headers.get("set-cookie", ""))
    if status != 200 or not token or not cookie:
        yield f"the page gives {status}"
        return
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    sent = urlencode({"csrfmiddlewaretoken": token[1], "when": "now", "sure": "on"})
    told = {
        "Host": f"localhost:{server.port}",
        "Cookie": f"sessionid={session}; csrftoken={cookie[1]}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": server.url,
    }
    connection.request("POST", "/en/data/erase/", sent, told)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302 or not answer.getheader("Location", "").endswith("/gone/"):
        yield f"erasing gives {answer.status} {answer.getheader('Location', '')}"


def _page(server: Server, session: str) -> tuple[int, dict[str, str], bytes]:
    """Open the page; a server under load says to come back in a while, and somebody who wants to go does."""
    until = time.monotonic() + PATIENCE
    while True:
        status, headers, body = server.get(
            "/en/data/erase/", headers={"Cookie": f"sessionid={session}"}, timeout=PATIENCE
        )
        if status != 503 or "retry-after" not in headers or time.monotonic() > until:
            return status, headers, body
        time.sleep(1)


def words(told: dict) -> dict[str, str]:
    """Give each word of one case, and the column it was put into."""
    return {**told["canaries"], **told["blobs"]}


def hits(server: Server, doomed: list[dict]) -> dict[str, list[str]]:
    """Say of each word in which files it is found. Sealed text is searched for as the bytes it was."""
    needles = {word: word.encode() for told in doomed for word in told["canaries"]}
    needles |= {blob: bytes.fromhex(blob) for told in doomed for blob in told["blobs"]}
    found: dict[str, list[str]] = {word: [] for word in needles}
    for path in files(server):
        data = path.read_bytes()
        for word, needle in needles.items():
            if needle in data:
                found[word].append(path.name)
    return found


def files(server: Server) -> list[Path]:
    beside = [
        path for path in server.state.parent.glob(f"{server.state.name}.log*") if path.is_file()
    ]
    return [
        path
        for path in server.state.rglob("*")
        if path.is_file() and "static" not in path.relative_to(server.state).parts
    ] + beside


def _keep_column(package: Path) -> None:
    replace(
        package / "domain/families/data_rights.py",
        'caregiver.person, caregiver.name, caregiver.until = None, "",',
        "caregiver.person, caregiver.until = None,",
    )


def _keep_words(package: Path) -> None:
    replace(
        package / "domain/moments/data_rights.py",
        "    Note.objects.filter(moment__family=family, by=caregiver).delete()\n",
        "",
    )


def _keep_letters(package: Path) -> None:
    override(
        package,
        "foundation/accounts/data_rights.py:forget_mail",
        "def forget_mail(*arguments):\n    pass",
    )


def _no_secure_delete(package: Path) -> None:
    replace(
        package / "foundation/lib/sqlite.py", "PRAGMA secure_delete=ON", "PRAGMA secure_delete=OFF"
    )


EDITS = {
    "keep-column": _keep_column,
    "keep-words": _keep_words,
    "keep-letters": _keep_letters,
    "no-secure-delete": _no_secure_delete,
}
