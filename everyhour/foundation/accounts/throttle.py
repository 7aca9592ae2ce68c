"""Rate limits per account and per network.

Nobody is locked out for good, and nobody can lock out someone else from afar: the tight limits
hold for one account from one network, the wide ones only slow a flood. Counts are kept in
memory, as digests, for the length of a window.
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
    """At most `most` tries in `seconds`."""

    name: str
    most: int
    seconds: int

    def key(self, subject: str) -> str:
        digest = salted_hmac("everyhour.throttle", subject, algorithm="sha256").hexdigest()[:32]
        return f"throttle:{self.name}:{digest}"

    def allows(self, subject: str) -> bool:
        """Count one try; return whether it is within the limit."""
        key = self.key(subject)
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # the window ended between the two lines
            return True

    def forgive(self, subject: str) -> None:
        """Reset the count after a success."""
        cache.delete(self.key(subject))


MAILED = Limit("mailed", 5, 15 * MINUTE)  # codes to one address, asked for from one network
MAILED_BY_NETWORK = Limit("mailed-by-network", 60, HOUR)
# Codes to one address from anywhere, so that no inbox is flooded through us.
MAILED_TO = Limit("mailed-to", 30, HOUR)
GUESSED = Limit("guessed", 5, HOUR)  # guesses at one code
PASSWORD = Limit("password", 10, 15 * MINUTE)
PASSWORD_BY_NETWORK = Limit("password-by-network", 200, 15 * MINUTE)
SECOND = Limit("second", 10, 15 * MINUTE)
SECOND_FROM_ANYWHERE = Limit("second-from-anywhere", 60, HOUR)
PASSKEY_BY_NETWORK = Limit("passkey-by-network", 200, 15 * MINUTE)


def network(request: HttpRequest) -> str:
    """Return the client's network (/24 or /48): one household or attacker has many addresses."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def may_mail(request: HttpRequest, address: str) -> bool:
    client = network(request)
    return (
        MAILED.allows(f"{address} {client}")
        and MAILED_BY_NETWORK.allows(client)
        and MAILED_TO.allows(address)
    )


def may_try_password(request: HttpRequest, address: str) -> bool:
    client = network(request)
    return PASSWORD.allows(f"{address} {client}") and PASSWORD_BY_NETWORK.allows(client)


def may_try_second(request: HttpRequest, person_id: str) -> bool:
    return SECOND.allows(f"{person_id} {network(request)}") and SECOND_FROM_ANYWHERE.allows(
        person_id
    )
