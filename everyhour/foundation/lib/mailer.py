"""Mail settings from one URL."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SECONDS = 10


def mailer(address: str, *, folder: Path) -> dict[str, Any]:
    """Return mail settings from smtp://name:password@host:587; without a URL, write to `folder`.

    Raises ValueError for any other URL.

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
            "EVERYHOUR_MAIL must be smtp://name:password@host:587 or "
            "smtps://name:password@host:465."
        )
    implicit_tls = parts.scheme == "smtps"
    port = parts.port or (465 if implicit_tls else 587)
    # Mail to a relay on this machine crosses no network, so it needs no TLS.
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": implicit_tls,
            "use_tls": not implicit_tls and port != 25 and not local,
            "timeout": SECONDS,
        },
    }
