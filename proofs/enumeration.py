"""Nobody can find out whether an address has an account (TRUST.md row 24).

Pairs of requests, one for an address with an account and one without, in random order. Status,
headers, cookies and body must be the same. The medians of the times may differ by less than two
milliseconds, or by no more than chance explains (rank test, p > 0.01). At the end each address got
the same mail.
"""

import email
import email.message
import email.policy
import http.client
import itertools
import math
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from proofs.report import Report
from proofs.sandbox import Sandbox, override, replace
from testing.server import ROOT, Server

QUICK = 24
LEAST = 8  # fewer pairs cannot show a difference in time
SABOTAGES = {
    "say-so": "the password page says that there is no such account",
    "skip-hash": "no password is hashed for an unknown address",
    "no-letter": "an unknown address gets no mail",
}
ACCOUNTS = Path("foundation/accounts")
MOST_MS, CHANCE = 2.0, 0.01
PASSWORD = "wrong river teacup moss"
MEMBERS = """
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.factors import add_app, new_app_secret
for i in range({n}):
    password = "lamp river teacup moss" if i % 3 else None
    made = Person.objects.create_user(f"known{{i}}@example.org", password)
    if i % 5 == 0:
        add_app(made, new_app_secret())
"""
# A flow is a list of pages to post an address to, and the form fields; the last one is timed.
FLOWS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "sign in by code": [("sign-in/", {})],
    "sign in by code, guessed": [("sign-in/", {}), ("sign-in/code/", {"code": "0000 0000"})],
    "sign up": [("sign-up/", {"name": "Ada", "zone": "UTC"})],
    "sign up, code guessed": [
        ("sign-up/", {"name": "Ada", "zone": "UTC"}),
        ("sign-up/code/", {"code": "0000 0000"}),
    ],
    "sign in by password": [("sign-in/password/", {"password": PASSWORD})],
    "no password given": [("sign-in/password/", {"password": ""})],
    "password forgotten": [("sign-in/password/", {"password": PASSWORD}), ("sign-in/", {})],
    "in Spanish": [("../es/sign-in/password/", {"password": PASSWORD})],
}
# Headers that differ with the clock and with the length of the typed address.
OWN = ("date", "expires", "content-length")


def prove(report: Report, *, n: int | None) -> None:
    pairs = max(n or QUICK, LEAST)
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        state = sandbox.copy_state()
        _members(sandbox, state, pairs)
        with sandbox.run_server(state=state) as server:
            rng = random.Random(report.seed)
            for number, (name, steps) in enumerate(FLOWS.items()):
                with report.attempt(name):
                    Flow(report, server, name, steps, number).ask(pairs, rng)
            with report.attempt("mail"):
                _compare_mail(report, state)


def _members(sandbox: Sandbox, state: Path, n: int) -> None:
    server = sandbox.create_server(state=state)
    shell = [sys.executable, "-m", "everyhour", "manage", "shell", "--no-imports", "-c"]
    subprocess.run(
        [*shell, MEMBERS.format(n=n)],
        cwd=ROOT,
        env=server.environment,
        check=True,
        capture_output=True,
    )


@dataclass
class Flow:
    """One way to post an address, tried in pairs; each address comes from a network of its own."""

    report: Report
    server: Server
    name: str
    steps: list[tuple[str, dict[str, str]]]
    number: int
    times: dict[str, list[float]] = field(default_factory=lambda: {"known": [], "unknown": []})

    def ask(self, pairs: int, rng: random.Random) -> None:
        self._one("warm@example.org", f"2001:db8:ffff:{self.number}::1")
        for i in range(pairs):
            kinds = ["known", "unknown"]
            rng.shuffle(kinds)
            seen = {}
            for kind in kinds:
                network = f"2001:{self.number + 1:x}:{i * 2 + (kind == 'known'):x}::1"
                seen[kind], seconds = self._one(f"{kind}{i}@example.org", network)
                self.times[kind].append(seconds * 1000)
            self.report.case(f"{self.name} {i}", differences(seen["known"], seen["unknown"]))
        self.report.case(f"{self.name}, time", self._time())

    def _one(self, address: str, network: str) -> tuple[tuple, float]:
        browser = Browser(self.server, network)
        seen, seconds = [], 0.0
        for path, given in self.steps:
            answer, seconds = browser.post(path, {"email": address, **given})
            seen.append(neutral(answer, address))
        return tuple(seen), seconds

    def _time(self) -> Iterator[str]:
        known, unknown = self.times["known"], self.times["unknown"]
        apart = statistics.median(known) - statistics.median(unknown)
        chance = rank_test(known, unknown)
        self.report.notes[f"{self.name}: medians apart"] = (
            f"{apart:+.2f} ms of {statistics.median(known):.1f} ms (p = {chance:.3f})"
        )
        if abs(apart) >= MOST_MS and chance <= CHANCE:
            yield f"the time differs: {apart:+.2f} ms apart, p = {chance:.4f}"


class Browser:
    """An HTTP client with cookies and the CSRF token of forms, on one network."""

    def __init__(self, server: Server, network: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.headers = {
            "Host": f"localhost:{server.port}",
            "X-Forwarded-For": network,
            "User-Agent": "proof",
        }
        self.cookies: dict[str, str] = {}

    def post(self, path: str, given: dict[str, str]) -> tuple[tuple[int, list, str], float]:
        _status, _headers, page = self._ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        body = urlencode({**given, "csrfmiddlewaretoken": token[1] if token else ""})
        began = time.perf_counter()
        answer = self._ask("POST", path, body)
        return answer, time.perf_counter() - began

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, list, str]:
        cookie = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if self.cookies
            else {}
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        where = "/" + path.removeprefix("../") if path.startswith("../") else f"/en/{path}"
        self.connection.request(method, where, body, {**self.headers, **cookie, **form})
        response = self.connection.getresponse()
        page = response.read().decode()
        headers = response.getheaders()
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, headers, page


def neutral(answer: tuple[int, list, str], address: str) -> tuple:
    """Remove what always differs: the typed address, tokens and the clock."""
    status, headers, body = answer
    kept = []
    for name, value in ((name.lower(), value) for name, value in headers):
        if name == "set-cookie":
            value = re.sub(r"=[^;]*(;|$)", r"=…\1", value, count=1)
        if name not in OWN:
            kept.append((name, re.sub(r"expires=[^;]*", "", value)))
    kept.sort()
    body = re.sub(
        r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", body.replace(address, "ADDRESS")
    )
    return status, tuple(kept), body


def differences(known: tuple, unknown: tuple) -> Iterator[str]:
    for step, (one, other) in enumerate(zip(known, unknown, strict=True), 1):
        for what, mine, theirs in zip(("status", "headers", "body"), one, other, strict=True):
            if mine != theirs:
                yield f"step {step}: a different {what}"
        if one[0] not in (200, 302):
            yield f"step {step}: answered {one[0]}"


def rank_test(one: list[float], other: list[float]) -> float:
    """Return the p-value of the Mann-Whitney test (normal approximation, ties averaged)."""
    ranks, place = {}, 0
    for value, group in itertools.groupby(sorted(one + other)):
        count = len(list(group))
        ranks[value] = place + (count + 1) / 2
        place += count
    n, m = len(one), len(other)
    u = sum(ranks[value] for value in one) - n * (n + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2)) if spread else 1.0


def _compare_mail(report: Report, state: Path) -> None:
    """Check that known and unknown addresses got the same mail."""
    got: dict[str, Counter] = {"known": Counter(), "unknown": Counter()}
    for letter in read_mail(state):
        kind = re.match(r"[a-z]+", letter["to"])[0]
        words = re.sub(r"\d{4} \d{4}", "CODE", letter.get_content())
        got.setdefault(kind, Counter())[letter["subject"], words, letter["from"]] += 1
    report.notes["mail"] = {kind: sum(count.values()) for kind, count in got.items()}
    report.case(
        "mail",
        []
        if got["known"] == got["unknown"] and got["known"]
        else ["known and unknown addresses got different mail"],
    )


def read_mail(state: Path) -> Iterator[email.message.EmailMessage]:
    """Yield each mail; a file may hold several, with a line of dashes after each."""
    for file in sorted((state / "mail").glob("*.log")):
        for part in re.split(rb"\n-{79}\n", file.read_bytes()):
            if part.strip():
                yield email.message_from_bytes(part, policy=email.policy.default)


def _say_so(package: Path) -> None:
    replace(
        package / ACCOUNTS / "views/signing_in.py",
        '_("This address and password',
        '"No account." if not Person.objects.filter(email=address)'
        ' else _("This address and password',
    )


def _skip_hash(package: Path) -> None:
    override(
        package,
        f"{ACCOUNTS}/passwords.py:authenticate",
        """
        def authenticate(address, password):
            known = Person.objects.filter(email__iexact=address).exists()
            return original(address, password) if known else None
        """,
    )


def _no_letter(package: Path) -> None:
    replace(
        package / ACCOUNTS / "views/signing_in.py",
        "if not mail.send_code(asked.address, code):",
        "if Person.objects.filter(email=asked.address)"
        " and not mail.send_code(asked.address, code):",
    )


EDITS = {"say-so": _say_so, "skip-hash": _skip_hash, "no-letter": _no_letter}
