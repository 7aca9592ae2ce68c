"""Password rules and checks, without asking any other server.

`common-passwords.txt.gz` holds the 20,000 most common leaked passwords as Django ships them
(Royce Williams' list), and words of our own subject. The list is short, so the usual disguises
count as well: digits and marks around a common word, digits for letters, rows, repetitions.
"""

import gzip
import re
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from everyhour.foundation.accounts.models import Person

LIST = Path(__file__).with_name("common-passwords.txt.gz")
SHORTEST = 10
LOOKALIKES = str.maketrans("0134578@$!|€", "oieastbasile")
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "01234567890123456789",
)


class Uncommon:
    """Rejects short and guessable passwords, and those built from the owner's address or name."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                _(
                    "Please use at least ten characters. "
                    "Four everyday words in a row are easy to remember."
                ),
                code="short",
            )
        if guessable(password) or (user and _contains_own_data(user, password)):
            raise ValidationError(
                _("This one is easy to guess. Four unrelated words work well."), code="common"
            )

    def get_help_text(self) -> str:
        return _("At least ten characters. Four everyday words in a row are easy to remember.")


def guessable(password: str) -> bool:
    """Return whether a list of common passwords and their disguises contains this one.

    >>> guessable("P4ssw0rd2024!!"), guessable("lamp river teacup moss")
    (True, False)
    """
    plain = re.sub(r"\s", "", password.lower())
    shapes = {plain, plain.translate(LOOKALIKES)}
    shapes |= {
        re.sub(r"^[\W\d_]+|[\W\d_]+$", "", shape)
        for shape in (plain, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain).translate(LOOKALIKES))
    }
    return (
        any(shape in common() or _is_row(shape) or _repeats(shape) for shape in shapes)
        or len(set(plain)) < 5
    )


def _repeats(shape: str) -> bool:
    """Return whether a short or common word is repeated."""
    found = re.fullmatch(r"(.+?)\1+", shape)
    return found is not None and (len(found[1]) < 5 or found[1] in common())


def _is_row(shape: str) -> bool:
    return len(shape) < 4 or any(shape in row + row or shape in (row + row)[::-1] for row in ROWS)


def _contains_own_data(person: Person, password: str) -> bool:
    plain = password.lower()
    if person.email.lower() in plain:
        return True
    own = [
        part
        for part in re.split(r"[\W_]+", f"{person.email.lower()} {person.name.lower()}")
        if len(part) > 3
    ]
    rest = plain
    for part in own:
        rest = rest.replace(part, "")
    return len(re.sub(r"[\W\d_]", "", rest)) < 5 and rest != plain


@cache
def common() -> frozenset[str]:
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split())


@cache
def dummy_hash() -> str:
    """Return a hash to check for unknown addresses, so that they take as long as known ones."""
    return make_password("nobody's")


def authenticate(address: str, password: str) -> Person | None:
    """Return the person with this address and password, in the same time whether one exists."""
    spare = dummy_hash()
    # Only two columns: making a whole Person would take a little longer for a known address.
    pk, kept = Person.objects.filter(email=address, is_active=True).values_list(
        "pk", "password"
    ).first() or ("", "")
    usable = kept.startswith("argon2")
    right = check_password(password, kept if usable else spare) and usable
    return Person.objects.get(pk=pk) if right else None
