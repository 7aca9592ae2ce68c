"""What the pages of moments say, translatable."""

from django.utils.translation import gettext as _

from everyhour.domain.moments.models import Moment


def kinds() -> dict[str, str]:
    return {
        Moment.Kind.GIVEN: _("Given to a child"),
        Moment.Kind.GOT: _("For me"),
        Moment.Kind.PROFESSIONAL: _("With a professional"),
    }


def refused(reason: str) -> str:
    """Say why a moment could not be kept, and what to do; nothing typed is lost."""
    return {
        "in-the-future": _("That time is still ahead. Choose one that has been."),
        "missing-hour": _(
            "That night the clock skipped this hour. Choose a time before or after it."
        ),
        "no-time": _("That day or time can’t be read. Choose another one."),
        "no-child": _("Say which child it was for."),
        "no-such-child": _("That child is not in your family any more. Choose another."),
        "no-such-caregiver": _("That person is not in your family any more. Choose another."),
        "not-yours": _("This one belongs to somebody else. Only they can change it."),
        "too-long": _("That is longer than it can be. Make it a little shorter."),
        "nothing-to-change": _("Nothing was changed."),
    }.get(reason, _("That didn’t save. It’s still here. Try again."))


def untitled(kind: str) -> str:
    names: dict[str, str] = {
        Moment.Kind.GOT: _("Something for me"),
        Moment.Kind.PROFESSIONAL: _("Time with a professional"),
    }
    return names.get(kind, _("Something small"))


def bring() -> dict[str, str]:
    return {
        "one": _("One moment on this phone. Bring it into your family?"),
        "many": _("{count} moments on this phone. Bring them into your family?"),
        "going": _("On their way."),
        "here": _("They are with your family now."),
        "later": _("They are kept for your family on this phone, and go as soon as they can."),
        "some": _("Some could not go. “This phone” shows which ones, and why."),
        "not_saved": _("That didn’t save. They are still here. Try again."),
        "closed": _("This browser keeps nothing for us, so there is nothing to bring."),
    }
