"""The text of a notification: in its reader's language, and neutral unless they chose otherwise."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.channels import Text
from everyhour.foundation.notifications.models import Notification, Preferences

# The salts are part of links already sent: they never change.
OPENED, UNSUBSCRIBE = Signer(salt="letterbox.opened"), Signer(salt="letterbox.enough")


def text_of(notification: Notification, preferences: Preferences) -> Text:
    purpose, person = purposes.of(notification.purpose), notification.person
    shown = purpose.open or preferences.shows
    with translation.override(person.language):
        return Text(
            subject=str(purpose.title),
            title=notification.title if shown else str(purpose.title),
            body=notification.body if shown else "",
            path=notification.path or reverse("messages"),
            tag=purpose.name if purpose.once else notification.pk,
            language=person.language,
            plain=person.neutral,
            opened=reverse("messages-opened", args=[OPENED.sign(notification.pk)]),
            unsubscribe=unsubscribe_path(person, purpose.name) if purpose.optional else "",
            answers=tuple((name, str(words)) for name, words in purpose.answers),
            attachment=purpose.attach(notification) if shown else None,
        )


def unsubscribe_path(person, purpose: str) -> str:
    return reverse("messages-enough", args=[UNSUBSCRIBE.sign(f"{person.pk}.{purpose}")])


def opened_id(token: str) -> str | None:
    """Return the id of the notification that was opened; None for a token we did not sign."""
    try:
        return OPENED.unsign(token)
    except BadSignature:
        return None


def unsubscribed(token: str) -> tuple[str, str] | None:
    """Return the person's id and the purpose; None for a token we did not sign."""
    try:
        person, _dot, purpose = UNSUBSCRIBE.unsign(token).rpartition(".")
    except BadSignature:
        return None
    return person, purpose
