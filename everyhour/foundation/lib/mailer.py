"""Mail settings from one URL."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SECONDS = 10


def mailer(address: str, *, folder: Path) -> dict[str, Any]:
    """Return mail settings from smtp://name:password@host:587; files in `folder` without one.

    >>> mailer("smtp://ada:s%40d@mail.example.org", folder=Path("mail"))["OPTIONS"]["password"]
    's@d'
    """
    if not address:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(folder)},
        }
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            "EVERYHOUR_MAIL is smtp://name:password@host:587 or smtps://name:password@host:465."
        )
    safe = parts.scheme == "smtps"
    port = parts.port or (465 if safe else 587)
    here = parts.hostname in (
        "localhost",
        "127.0.0.1",
        "::1",
    )  # a relay on this very machine speaks in the open, and nobody listens
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": safe,
            "use_tls": not safe and port != 25 and not here,
            "timeout": SECONDS,
        },
    }
