"""The name of the release: a digest of code, templates, translations and assets."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

PACKAGE = Path(__file__).resolve().parents[2]


@cache
def release() -> str:
    digest = hashlib.sha256()
    for path in sorted(
        [*PACKAGE.rglob("templates/**/*"), *PACKAGE.rglob("locale/**/*.mo"), *PACKAGE.rglob("*.py")]
    ):
        if path.is_file() and "tests" not in path.parts:
            digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    digest.update(manifest.read_bytes() if manifest.exists() else b"")
    return digest.hexdigest()[:12]
