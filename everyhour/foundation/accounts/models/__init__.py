"""Persons, their time zones, and their sign-ins."""

from everyhour.foundation.accounts.models.person import (
    Person,
    PersonManager,
    ZonePeriod,
    known_zone,
)
from everyhour.foundation.accounts.models.sign_in import SignIn

__all__ = ["Person", "PersonManager", "SignIn", "ZonePeriod", "known_zone"]
