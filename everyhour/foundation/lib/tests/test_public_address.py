"""Where links lead: the setting, else the named host of a request, else where `serve` listens."""

import ast
from pathlib import Path

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

import everyhour
from everyhour.foundation.lib import public_address
from everyhour.foundation.lib.public_address import absolute, address, remember

EVIL = "evil.example"


@pytest.fixture(autouse=True)
def unset(settings, monkeypatch, tmp_path):
    settings.ADDRESS, settings.STATE = "", tmp_path
    settings.ALLOWED_HOSTS = ["localhost", "home.example"]
    settings.SECURE_PROXY_SSL_HEADER = None
    monkeypatch.delenv(public_address.SERVED_AT, raising=False)


def asking(host: str):
    return RequestFactory().get("/en/", headers={"host": host})


@pytest.mark.parametrize("host", ["localhost", EVIL])
def test_setting_decides_also_against_a_request(settings, host):
    settings.ADDRESS, settings.ALLOWED_HOSTS = "https://home.example", ["*"]

    assert absolute("/en/now/", asking(host)) == "https://home.example/en/now/"


def test_worker_follows_the_port_of_serve(monkeypatch):
    monkeypatch.setenv(public_address.SERVED_AT, "127.0.0.1|8123")

    assert absolute("/en/now/?a=b") == "http://localhost:8123/en/now/?a=b"


def test_command_of_another_process_follows_the_server_that_ran(monkeypatch):
    monkeypatch.setenv(public_address.SERVED_AT, "127.0.0.1|8123")
    remember()
    monkeypatch.delenv(public_address.SERVED_AT)

    assert address() == "http://localhost:8123"


@pytest.mark.parametrize(
    ("listens", "tls", "leads"),
    [
        ("0.0.0.0|8123", False, "http://home.example:8123"),
        ("::|8123", False, "http://home.example:8123"),
        ("::1|8123", False, "http://localhost:8123"),
        ("192.168.1.5|80", False, "http://192.168.1.5:80"),
        ("fd00::5|8123", False, "http://[fd00::5]:8123"),
        ("0.0.0.0|8123", True, "https://home.example"),
    ],
)
def test_every_network_and_tls(settings, monkeypatch, listens, tls, leads):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if tls else None
    monkeypatch.setenv(public_address.SERVED_AT, listens)

    assert address() == leads


@pytest.mark.parametrize("host", ["home.example", "home.example:8443", "HOME.example"])
def test_request_of_a_named_host_leads_back_to_it(host):
    assert address(asking(host)) == f"http://{host}"


@pytest.mark.parametrize("hosts", [["*"], [".example", "localhost"]])
def test_forged_host_is_never_followed(settings, monkeypatch, hosts):
    settings.ALLOWED_HOSTS = hosts
    monkeypatch.setenv(public_address.SERVED_AT, "127.0.0.1|8123")

    assert absolute("/", asking(EVIL)) == "http://localhost:8123/"


def test_unnamed_host_is_refused():
    with pytest.raises(DisallowedHost):
        address(asking(EVIL))


def test_nothing_known_is_the_default_of_serve():
    assert address() == "http://localhost:8000"


def test_no_other_code_makes_absolute_addresses():
    """Host headers and the setting are read in one place."""
    root = Path(everyhour.__file__).parent
    allowed = {
        "config/settings.py",
        "foundation/lib/public_address.py",
        "foundation/lib/origins.py",  # compares an Origin header
        "foundation/accounts/views/navigation.py",  # refuses paths to other sites
    }
    found = set()
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if "tests" not in path.parts and names & {"build_absolute_uri", "get_host", "ADDRESS"}:
            found.add(str(path.relative_to(root)))

    assert found - allowed == set()
