"""An erased person is gone (TRUST.md row 14): no byte of their data is left in any file.

Every personal column of every person holds a unique word. On a real server each person erases
themselves through the page. Then every file of the state folder is searched, byte by byte: the
database with its free pages, its write-ahead log, mail, sessions and the server's log.
"""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from proofs.parts import run_part
from proofs.report import Report
from proofs.sandbox import PATIENCE, Sandbox, get_page, override, replace
from testing.server import Server

QUICK = 4
PAGE = "/en/data/erase/"
SABOTAGES = {
    "keep-column": "the name of a caregiver stays in the family",
    "keep-words": "the person's notes stay in a family that continues",
    "keep-letters": "mail in the mail folder stays",
    "no-secure-delete": "SQLite does not overwrite deleted bytes",
}


def prove(report: Report, *, n: int | None) -> None:
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        server = sandbox.create_server()
        known = _part(server, "columns")[0]
        report.case(
            "every model with personal columns is searched",
            [f"{label} is not" for label in known["unknown"]],
        )
        other = _part(server, "unerased_family")[0]["family"]
        people = _part(server, "create", n or QUICK, report.seed)
        before = _part(server, "digest", other)
        absent = sum(not files for files in find_words(server, people).values())
        report.case(
            "every word is found before erasure", [f"{absent} are in no file"] if absent else []
        )
        with sandbox.run_server(state=server.state) as web:
            for person in people:
                with report.attempt(f"erase {person['number']}"):
                    report.case(f"erase {person['number']}", erase(web, person["session"]))
            found = find_words(web, people)  # while the server runs and holds its files open
        after = _part(server, "digest", other)
        _judge(report, server, people, found)
        report.case("another family is unchanged", [] if before == after else ["it changed"])
        report.notes["personal columns"] = known["columns"]
        report.notes["words searched for"] = sum(person["marked"] for person in people)
        report.notes["bytes searched"] = sum(path.stat().st_size for path in _files(server))


def _part(server: Server, name: str, *arguments: object) -> list[dict]:
    return list(run_part(name, *arguments, environment=server.environment))


def _judge(report: Report, server: Server, people: list[dict], found: dict[str, list[str]]) -> None:
    listed = server.state / "erased.json"
    listed.write_text(json.dumps(people))
    rows = {record["number"]: record["problems"] for record in _part(server, "remaining", listed)}
    listed.unlink()
    for person in people:
        number = person["number"]
        bytes_left = [
            f"still readable after erasure in {file}: {column} {word[:12]}"
            for word, column in (person["words"] | person["sealed"]).items()
            for file in found[word]
        ]
        report.case(f"nothing is left of person {number}", [*rows[number], *bytes_left][:5])


def erase(server: Server, session: str) -> Iterator[str]:
    """Erase a person at once, as a browser does: open the page, tick the box, post the form."""
    status, headers, body = get_page(server, PAGE, session)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', body.decode())
    cookie = re.search(r"csrftoken=(\w+)", headers.get("set-cookie", ""))
    if status != 200 or not token or not cookie:
        yield f"the page answered {status}"
        return
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    form = urlencode({"csrfmiddlewaretoken": token[1], "when": "now", "sure": "on"})
    request_headers = {
        "Host": f"localhost:{server.port}",
        "Cookie": f"sessionid={session}; csrftoken={cookie[1]}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": server.url,
    }
    connection.request("POST", PAGE, form, request_headers)
    response = connection.getresponse()
    response.read()
    location = response.getheader("Location", "")
    if response.status != 302 or not location.endswith("/gone/"):
        yield f"the erasure answered {response.status} {location}"


def find_words(server: Server, people: list[dict]) -> dict[str, list[str]]:
    """Return for each word the files that hold it; sealed text is searched as bytes."""
    needles = {word: word.encode() for person in people for word in person["words"]}
    needles |= {sealed: bytes.fromhex(sealed) for person in people for sealed in person["sealed"]}
    found: dict[str, list[str]] = {word: [] for word in needles}
    for path in _files(server):
        data = path.read_bytes()
        for word, needle in needles.items():
            if needle in data:
                found[word].append(path.name)
    return found


def _files(server: Server) -> list[Path]:
    """Return the server's logs and all files of its state folder, except collected assets."""
    logs = server.state.parent.glob(f"{server.state.name}.log*")
    inside = (
        path
        for path in server.state.rglob("*")
        if "static" not in path.relative_to(server.state).parts
    )
    return [path for path in (*inside, *logs) if path.is_file()]


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
