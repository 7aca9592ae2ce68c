"""Django as WSGI, behind WhiteNoise, which serves the static files."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  the settings are read by the line above
from whitenoise import WhiteNoise  # noqa: E402

from everyhour.config import announcements  # noqa: E402
from everyhour.foundation.lib import public_address  # noqa: E402

public_address.remember()
announcements.connect()
announcements.listen()


def add_headers(headers, path: str, url: str) -> None:
    """Set the strict security headers of pages on assets too."""
    headers["Referrer-Policy"] = "no-referrer"
    headers["Content-Security-Policy"] = "default-src 'none'"
    headers["X-Content-Type-Options"] = "nosniff"


def is_immutable(path: str, url: str) -> bool:
    """Return whether the file's name has a hash of 12 characters before its suffix."""
    parts = url.rsplit(".", 2)
    return len(parts) == 3 and len(parts[1]) == 12


# autorefresh stays off. A missing asset is a 404 in plain text (TRUST.md section 4, rule 4).
application = WhiteNoise(
    application,
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    max_age=60,
    allow_all_origins=False,
    add_headers_function=add_headers,
    immutable_file_test=is_immutable,
)
