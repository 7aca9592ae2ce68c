"""Adapter between allauth's second factors and Everyhour."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from everyhour.foundation.lib import sealing

PLACE = "mfa.authenticator.secret"


class Factors(DefaultMFAAdapter):
    """Seals the secrets of second factors, so that a stolen database yields no codes."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal(settings.MASTER_KEY(), text, place=PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(settings.MASTER_KEY(), base64.b64decode(encrypted_text), place=PLACE)

    def get_totp_issuer(self) -> str:
        return "Everyhour"

    def _get_site_name(self) -> str:
        return "Everyhour"
