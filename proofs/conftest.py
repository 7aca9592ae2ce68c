"""Proof tests start servers and browsers; `-m "not proof"` leaves them out."""


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "proof: runs a proof or one of its sabotages (minutes, not seconds)"
    )
