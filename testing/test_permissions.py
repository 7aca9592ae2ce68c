"""Every URL asks for the permission that testing/permissions.py decides."""

from proofs.access_routes import routes
from testing.permissions import PERMISSION_OF, PERMISSIONS


def test_each_url_asks_for_its_permission():
    declared = {route.key: route.permission for route in routes()}

    assert len(declared) > 100
    assert declared == PERMISSION_OF


def test_no_url_is_decided_twice():
    keys = [key for keys in PERMISSIONS.values() for key in keys]

    assert sorted(keys) == sorted(set(keys))
