"""People, their clocks, and the devices they are signed in on."""

from everyhour.foundation.accounts.models.person import People, Person, ZonePeriod, known_zone
from everyhour.foundation.accounts.models.sign_in import SignIn

__all__ = ["People", "Person", "SignIn", "ZonePeriod", "known_zone"]
