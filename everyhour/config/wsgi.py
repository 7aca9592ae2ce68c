"""Pages, as plain WSGI: Django, and its static files in front of it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  the settings are read by the line above
from whitenoise import WhiteNoise  # noqa: E402

from everyhour.config import announcements  # noqa: E402

announcements.connect()
announcements.listen()


def quiet(headers, path: str, url: str) -> None:
    """Give assets the same reserve as pages: they run nothing and tell nobody where they were asked from."""
    headers["Referrer-Policy"] = "no-referrer"
    headers["Content-Security-Policy"] = "default-src 'none'"
    headers["X-Content-Type-Options"] = "nosniff"


# autorefresh stays off; a missing asset is a 404 in plain text, never a page (TRUST.md section 4, rule 4).
application = WhiteNoise(
    application,
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    max_age=60,
    allow_all_origins=False,
    add_headers_function=quiet,
    immutable_file_test=lambda path, url: (
        len(url.rsplit(".", 2)) == 3 and len(url.rsplit(".", 2)[1]) == 12
    ),
)
