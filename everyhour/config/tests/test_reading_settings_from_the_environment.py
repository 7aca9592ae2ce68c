"""Settings come from the environment, and a host that sets none still has safe ones."""

import json
import os
import stat
import subprocess
import sys

import pytest


def settings(tmp_path, *names: str, **environment: str) -> list:
    """Read settings in a process of its own, with this environment and a state folder of its own."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("EVERYHOUR_")}
    tell = f"import json; from everyhour.config import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}], default=str))"
    told = {
        "EVERYHOUR_STATE": str(tmp_path),
        **{f"EVERYHOUR_{key}": value for key, value in environment.items()},
    }
    run = subprocess.run(
        [sys.executable, "-c", tell],
        env={**ours, **told},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_the_secret_key_is_made_once_and_readable_by_us_alone(tmp_path):
    first, second = (settings(tmp_path, "SECRET_KEY") for _ in range(2))

    file = tmp_path / "keys" / "secret-key"
    assert first == second
    assert len(first[0]) >= 60
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_given_key_is_used_and_not_written_down(tmp_path):
    assert settings(tmp_path, "SECRET_KEY", SECRET_KEY="given") == ["given"]
    assert not (tmp_path / "keys").exists()


def test_a_state_folder_that_cannot_be_made_does_not_keep_the_door_shut(tmp_path):
    (tmp_path / "state").write_text("a file stands in the way")

    assert len(settings(tmp_path / "state", "SECRET_KEY")[0]) >= 60


def test_the_debug_page_is_never_shown_whatever_the_environment_says(tmp_path):
    assert settings(tmp_path, "DEBUG", DEBUG="1") == [False]


@pytest.mark.parametrize(("tls", "seconds", "secure"), [("", 0, False), ("on", 31_536_000, True)])
def test_browsers_are_told_to_stay_on_tls_only_where_there_is_tls(tmp_path, tls, seconds, secure):
    assert settings(tmp_path, "SECURE_HSTS_SECONDS", "CSRF_COOKIE_SECURE", TLS=tls) == [
        seconds,
        secure,
    ]


def test_hosts_country_and_languages_are_the_hosts_choice(tmp_path):
    told = settings(
        tmp_path,
        "ALLOWED_HOSTS",
        "COUNTRY",
        "LANGUAGES",
        HOSTS="a.example,b.example",
        COUNTRY="IE",
        LANGUAGES="en ar",
    )

    assert told == [["a.example", "b.example"], "ie", [["en", "English"], ["ar", "العربية"]]]


def test_one_setting_brings_postgresql(tmp_path):
    [databases] = settings(
        tmp_path, "DATABASES", DATABASE="postgres://ada@db.example:5433/everyhour"
    )

    default = databases["default"]
    assert default["ENGINE"] == "django.db.backends.postgresql"
    assert (default["HOST"], default["PORT"], default["NAME"]) == ("db.example", 5433, "everyhour")
    assert default["CONN_HEALTH_CHECKS"]
