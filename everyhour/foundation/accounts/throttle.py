"""How often something may be tried, per account *and* per network.

Nobody is ever locked out for good, and nobody can lock somebody else out from afar: the tight limits hold for one account
from one network, the wide ones only slow a flood. What is counted is kept in memory, as digests, for the length of a window.
"""

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True)
class Limit:
    """At most so many tries in so many seconds."""

    name: str
    most: int
    seconds: int

    def key(self, subject: str) -> str:
        return f"throttle:{self.name}:{salted_hmac('everyhour.throttle', subject, algorithm='sha256').hexdigest()[:32]}"

    def allows(self, subject: str) -> bool:
        """Count one try and tell whether it may go on."""
        key = self.key(subject)
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # the window ended between the two lines
            return True

    def forgive(self, subject: str) -> None:
        """Start again from nothing, after somebody showed that they are who they say."""
        cache.delete(self.key(subject))


MAILED = Limit("mailed", 5, 15 * MINUTE)  # codes to one address, asked for from one network
MAILED_BY_NETWORK = Limit("mailed-by-network", 60, HOUR)
MAILED_TO = Limit(
    "mailed-to", 30, HOUR
)  # codes to one address, from anywhere: no inbox is flooded through us
GUESSED = Limit("guessed", 5, HOUR)  # guesses at one code
PASSWORD = Limit("password", 10, 15 * MINUTE)
PASSWORD_BY_NETWORK = Limit("password-by-network", 200, 15 * MINUTE)
SECOND = Limit("second", 10, 15 * MINUTE)
SECOND_FROM_ANYWHERE = Limit("second-from-anywhere", 60, HOUR)
PASSKEY_BY_NETWORK = Limit("passkey-by-network", 200, 15 * MINUTE)


def network(request: HttpRequest) -> str:
    """Name the network somebody comes from: a neighbourhood of addresses, as one household or one attacker has many."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def may_mail(request: HttpRequest, address: str) -> bool:
    near = network(request)
    return (
        MAILED.allows(f"{address} {near}")
        and MAILED_BY_NETWORK.allows(near)
        and MAILED_TO.allows(address)
    )


def may_try_password(request: HttpRequest, address: str) -> bool:
    near = network(request)
    return PASSWORD.allows(f"{address} {near}") and PASSWORD_BY_NETWORK.allows(near)


def may_try_second(request: HttpRequest, person_id: str) -> bool:
    return SECOND.allows(f"{person_id} {network(request)}") and SECOND_FROM_ANYWHERE.allows(
        person_id
    )
