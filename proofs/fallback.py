"""Whatever is wrong with the estimates, the suggestion is safe and its probability known.

Damaged estimates meet random opportunities in the engine; damaged rows meet real decisions on a
real database; a real server with rows it cannot read shows every page. Each time the choice is
uniform among the allowed practices, sent with probability one half (a request: one), and flagged.
"""

from pathlib import Path

from proofs.parts import run_part
from proofs.report import Report
from proofs.sandbox import Sandbox, get_page, replace

QUICK = 50  # opportunities for each kind of damage; the release count is 10,000
LEAST = 20
SABOTAGES = {
    "let-it-fall": "an exception while deciding is not caught",
    "believe-nan": "an estimate is not checked for NaN",
    "hide-it": "the fallback is not flagged",
    "trust-rows": "a row that cannot be read is not expected",
}
PAGES = (
    "/en/today/",
    "/en/now/",
    "/en/now/alarm/homework/",
    "/en/now/children/{child}/",
    "/en/helps/",
)


def prove(report: Report, *, n: int | None) -> None:
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        # Estimates are values: this part needs no database.
        bare = sandbox.create_server(state=sandbox.folder / "bare").environment
        _run(report, "beliefs", max(n or QUICK, LEAST), report.seed, environment=bare)
        if report.sabotage in (None, "trust-rows"):
            _run(report, "rows", environment=sandbox.create_server().environment)
        if report.sabotage is None:
            _check_pages(report, sandbox)


def _run(report: Report, part: str, *arguments: object, environment: dict[str, str]) -> None:
    with report.attempt(f"the part {part}"):
        for record in run_part(part, *arguments, environment=environment):
            report.tried += record.get("passed", 0)
            report.case(record["case"], record["problems"])


def _check_pages(report: Report, sandbox: Sandbox) -> None:
    """Open the pages that use estimates on a real server that cannot read any."""
    state = sandbox.copy_state()
    (record,) = run_part("spoil", environment=sandbox.create_server(state=state).environment)
    with sandbox.run_server(state=state) as web:
        for page in PAGES:
            status, _headers, body = get_page(web, page.format(**record), record["session"])
            problems = [] if status == 200 and body else [f"it answered {status}"]
            report.case(f"{page} with unreadable estimates", problems)
        logged = "cannot be read" in web.log()
    report.case("the log names what cannot be read", [] if logged else ["it does not"])


def _let_it_fall(package: Path) -> None:
    replace(
        package / "engine/decisions.py",
        "        except Exception as error:  # any failure",
        "        except ZeroDivisionError as error:  # any failure",
    )


def _believe_nan(package: Path) -> None:
    replace(package / "engine/posterior.py", '        return "not finite"\n', "        pass\n")


def _hide_it(package: Path) -> None:
    replace(
        package / "engine/decisions.py",
        "            fallback=drawn.fallback[row],\n",
        "            fallback=None,\n",
    )


def _trust_rows(package: Path) -> None:
    learning = package / "domain/recommendations/training.py"
    replace(
        learning,
        "    except Exception:  # a row from anywhere",
        "    except ZeroDivisionError:  # a row from anywhere",
    )
    decisions = package / "domain/recommendations/decisions.py"
    text = decisions.read_text(encoding="utf-8")
    decisions.write_text(
        text.replace("    except Exception:", "    except ZeroDivisionError:"), encoding="utf-8"
    )


EDITS = {
    "let-it-fall": _let_it_fall,
    "believe-nan": _believe_nan,
    "hide-it": _hide_it,
    "trust-rows": _trust_rows,
}
