"""Assets as a release serves them: hashed and compressed, collected once per test run."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings


@cache
def assets() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="everyhour-assets-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", verbosity=0, interactive=False)
    return folder
