"""The permission to be signed in."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from everyhour.foundation.accounts.models import Person
from everyhour.foundation.lib.permissions import Permission, requires


class SignedIn(HttpRequest):
    """A request of a signed-in person."""

    person: Person


SIGNED_IN = Permission(
    "signed in", _("Anyone who is signed in, for their own things."), lambda request: True
)
PERMISSIONS = (SIGNED_IN,)

signed_in = requires(SIGNED_IN)
