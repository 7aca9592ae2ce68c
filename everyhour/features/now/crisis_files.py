"""Build the crisis files: self-contained pages of content/crisis-lines, served from disk.

`everyhour crisis build` writes them into the repository, so that the numbers are served even when
the database, a template or a translation is broken. `everyhour crisis check` finds files that
differ.
"""

import json
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from everyhour.domain.practices.crisis_lines import PURPOSES
from everyhour.domain.practices.files import Library
from everyhour.foundation.ui import crisis

LANGUAGES = ("en", "es")
MAX_BYTES = 14 * 1024  # bytes, compressed (TRUST.md section 4, rule 3)
ORDER = ("us", "ca", "gb", "ie", "au", "nz", "es", "mx", "eu")


def build(content: Path) -> int:
    crisis.FILES.mkdir(exist_ok=True)
    for name, body in compose(content).items():
        (crisis.FILES / name).write_bytes(body)
        print(f"{name}: {len(body)} bytes")
    return 0


def check(content: Path) -> int:
    """Print which files are missing or differ from the content; return 1 if any does."""
    stale = [
        name
        for name, body in compose(content).items()
        if not (crisis.FILES / name).exists() or (crisis.FILES / name).read_bytes() != body
    ]
    for name in stale:
        path = crisis.FILES / name
        print(f"{path}: differs from content/crisis-lines. Run `everyhour crisis build`.")
    return 1 if stale else 0


def compose(content: Path) -> dict[str, bytes]:
    """Return the bytes of every crisis file by its name."""
    files = Library(content).items
    countries = [
        files["crisis_lines", code].facts for code in ORDER if ("crisis_lines", code) in files
    ]
    made = {}
    for language in LANGUAGES:
        with translation.override(language):
            built = [build_country(facts, language, alone=False) for facts in countries]
            made[f"all.{language}.html"] = render_page(built, language, code="")
            for country in (build_country(facts, language) for facts in countries):
                code = country["code"]
                made[f"{code}.{language}.html"] = render_page([country], language, code=code)
            if language == "en":
                made["trouble.html"] = render_page(built, language, code="", trouble=True)
    made["leave.html"] = render_to_string("now/leave_file.html").encode()
    made["countries.json"] = list_countries(countries)
    return made


def list_countries(countries: list[dict]) -> bytes:
    """Return each country's names and emergency numbers, which every page carries in its sheet."""
    listed = {
        facts["country"].lower(): {
            "name": facts["name"],
            "emergency": facts["emergency"]["numbers"],
        }
        for facts in countries
    }
    return (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()


def build_country(facts: dict, language: str, *, alone: bool = True) -> dict:
    """Return a country for the template: verified lines by purpose, the others on their own.

    On a page of its own the others are in a fold, "More lines"; among all countries each is one.
    """
    lines = [
        {
            **line,
            "name": line["name"][language],
            "who": line["who"][language],
            "hours": line["hours"][language],
            "languages": [x.upper() for x in line["languages"]],
        }
        for line in facts["lines"]
    ]
    verified = [line for line in lines if line["status"] == "read"]
    days = [line["checked_on"] for line in facts["lines"]] + [facts["emergency"]["checked_on"]]
    unverified = [line for line in lines if line["status"] != "read"]
    return {
        "code": facts["country"].lower(),
        "name": facts["name"][language],
        "emergency": facts["emergency"]["numbers"],
        "groups": [
            (purpose, found)
            for purpose in PURPOSES
            if (found := [line for line in verified if line["for"] == purpose])
        ],
        "unverified": unverified,
        # In a hard minute a long list is no list. A country without checked lines shows the others.
        "folded": bool(verified and unverified) and alone,
        "checked_on": min(days),
    }


def render_page(countries: list[dict], language: str, *, code: str, trouble: bool = False) -> bytes:
    others = [
        (other, f"/help/{code + '/' if code else ''}{f'in-{other}/' if other != 'en' else ''}")
        for other in LANGUAGES
        if other != language
    ]
    context = {
        "countries": countries,
        "one": len(countries) == 1,
        "group": "h3" if len(countries) == 1 else "h2",
        "language": language,
        "trouble": trouble,
        "others": others,
        "code": code,
    }
    lines = render_to_string("now/crisis_file.html", context).splitlines()
    return "".join(f"{line.strip()}\n" for line in lines if line.strip()).encode()
