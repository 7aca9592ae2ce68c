"""How a letter reads to whom it is for: in their language, neutral unless they asked for its own words."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

from everyhour.foundation.letterbox import purposes
from everyhour.foundation.letterbox.channels import Text
from everyhour.foundation.letterbox.models import Letter, Wishes

OPENED, ENOUGH = Signer(salt="letterbox.opened"), Signer(salt="letterbox.enough")


def text_of(letter: Letter, wishes: Wishes) -> Text:
    purpose, person = purposes.of(letter.purpose), letter.person
    shown = purpose.open or wishes.shows
    with translation.override(person.language):
        return Text(
            subject=str(purpose.title),
            title=letter.title if shown else str(purpose.title),
            body=letter.body if shown else "",
            path=letter.path or reverse("letters"),
            tag=purpose.name if purpose.once else letter.pk,
            language=person.language,
            plain=person.neutral,
            opened=reverse("letters-opened", args=[OPENED.sign(letter.pk)]),
            enough=reverse("letters-enough", args=[ENOUGH.sign(f"{person.pk}.{purpose.name}")])
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
