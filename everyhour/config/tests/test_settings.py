"""Settings come from the environment; the defaults are safe."""

import json
import os
import stat
import subprocess
import sys

import pytest


def settings(tmp_path, *names: str, **environment: str) -> list:
    """Return settings as read in a new process with this environment and state folder."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("EVERYHOUR_")}
    script = (
        "import json; from everyhour.config import settings; "
        f"print(json.dumps([getattr(settings, name) for name in {names!r}], default=str))"
    )
    ours = {
        "EVERYHOUR_STATE": str(tmp_path),
        **{f"EVERYHOUR_{key}": value for key, value in environment.items()},
    }
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**inherited, **ours},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_secret_key_is_created_once_with_mode_600(tmp_path):
    first, second = (settings(tmp_path, "SECRET_KEY") for _ in range(2))

    file = tmp_path / "keys" / "secret-key"
    assert first == second
    assert len(first[0]) >= 60
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_secret_key_of_the_environment_is_not_stored(tmp_path):
    assert settings(tmp_path, "SECRET_KEY", SECRET_KEY="given") == ["given"]
    assert not (tmp_path / "keys").exists()


def test_settings_load_without_a_state_folder(tmp_path):
    (tmp_path / "state").write_text("a file, not a folder")

    assert len(settings(tmp_path / "state", "SECRET_KEY")[0]) >= 60


def test_debug_cannot_be_turned_on(tmp_path):
    assert settings(tmp_path, "DEBUG", DEBUG="1") == [False]


@pytest.mark.parametrize(("tls", "seconds", "secure"), [("", 0, False), ("on", 31_536_000, True)])
def test_hsts_and_secure_cookies_depend_on_tls(tmp_path, tls, seconds, secure):
    assert settings(tmp_path, "SECURE_HSTS_SECONDS", "CSRF_COOKIE_SECURE", TLS=tls) == [
        seconds,
        secure,
    ]


def test_hosts_country_and_languages_come_from_the_environment(tmp_path):
    values = settings(
        tmp_path,
        "ALLOWED_HOSTS",
        "COUNTRY",
        "LANGUAGES",
        HOSTS="a.example,b.example",
        COUNTRY="IE",
        LANGUAGES="en ar",
    )

    assert values == [["a.example", "b.example"], "ie", [["en", "English"], ["ar", "العربية"]]]


def test_database_setting_selects_postgresql(tmp_path):
    [databases] = settings(
        tmp_path, "DATABASES", DATABASE="postgres://ada@db.example:5433/everyhour"
    )

    default = databases["default"]
    assert default["ENGINE"] == "django.db.backends.postgresql"
    assert (default["HOST"], default["PORT"], default["NAME"]) == ("db.example", 5433, "everyhour")
    assert default["CONN_HEALTH_CHECKS"]
