"""How a letter reads to whom it is for: in their language, neutral unless they asked for its own words."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.channels import Text
from everyhour.foundation.notifications.models import Notification, Preferences

OPENED, ENOUGH = Signer(salt="letterbox.opened"), Signer(salt="letterbox.enough")


def text_of(letter: Notification, wishes: Preferences) -> Text:
    purpose, person = purposes.of(letter.purpose), letter.person
    shown = purpose.open or wishes.shows
    with translation.override(person.language):
        return Text(
            subject=str(purpose.title),
            title=letter.title if shown else str(purpose.title),
            body=letter.body if shown else "",
            path=letter.path or reverse("messages"),
            tag=purpose.name if purpose.once else letter.pk,
            language=person.language,
            plain=person.neutral,
            opened=reverse("messages-opened", args=[OPENED.sign(letter.pk)]),
            enough=reverse("messages-enough", args=[ENOUGH.sign(f"{person.pk}.{purpose.name}")])
            if purpose.optional
            else "",
            answers=tuple((name, str(words)) for name, words in purpose.answers),
        )


def opened_by(token: str) -> str | None:
    """Give the letter's id that a phone says it opened; None when we never wrote this."""
    try:
        return OPENED.unsign(token)
    except BadSignature:
        return None


def enough_by(token: str) -> tuple[str, str] | None:
    """Give who has enough of what."""
    try:
        person, _dot, purpose = ENOUGH.unsign(token).rpartition(".")
    except BadSignature:
        return None
    return person, purpose
