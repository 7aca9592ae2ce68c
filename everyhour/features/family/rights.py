"""What a caregiver sees and can do, in words; and the choices of an invitation, least first."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child

LOG, SEE, ALL = "log", "see", "all"  # the choices of an invitation
# Role and permissions of each choice.
GRANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    LOG: (Caregiver.Role.GIVER, (Caregiver.LOG,)),
    SEE: (Caregiver.Role.GIVER, Caregiver.MAY),
    ALL: (Caregiver.Role.GUARDIAN, ()),
}
# People who raise the child are asked plainly how much they should see and change.
RAISING = (
    Caregiver.Relation.PARENT,
    Caregiver.Relation.STEP_PARENT,
    Caregiver.Relation.FOSTER_CARER,
)


@dataclass(frozen=True)
class Rights:
    """What somebody can do and what not, each a list of phrases without a subject."""

    can: list[str]
    cannot: list[str]


def choices() -> list[tuple[str, str, str]]:
    """Return the choices with their titles and what they mean, least rights first."""
    return [
        (
            LOG,
            _("Add small moments"),
            _(
                "They also have Right now. They don’t see the week, what helps or notes, "
                "and change no settings."
            ),
        ),
        (
            SEE,
            _("Add small moments, and see how it goes"),
            _("They also see the week, what helps, and notes. They change no settings."),
        ),
        (
            ALL,
            _("See and change everything, like you"),
            _("They can also change settings, and invite and remove people, you too."),
        ),
    ]


def describe(role: str, may: Collection[str], child: str) -> Rights:
    """Return what this role with these permissions means; `child` is a name or "a child"."""
    if role == Caregiver.Role.GUARDIAN:
        return Rights(
            [
                _("Add small moments with %(child)s, and use Right now") % {"child": child},
                _("See the week, what helps, and notes"),
                _("Change everything in Family: children, people, usual days, reminders"),
                _("Invite and remove people"),
            ],
            [_("See what someone marked as only for themselves")],
        )
    asked = {
        Caregiver.LOG: _("Add small moments with %(child)s, and use Right now") % {"child": child},
        Caregiver.SEE_HELPS: _("See what helps %(child)s") % {"child": child},
        Caregiver.SEE_WEEK: _("See the week, and the moments of this home with their notes"),
    }
    careful = _("See what to be careful about with %(child)s, such as touch") % {"child": child}
    return Rights(
        [*(words for name, words in asked.items() if name in may), careful],
        [
            *(words for name, words in asked.items() if name not in may),
            _("Change settings, or people"),
        ],
    )


def names_of(children: Collection[Child]) -> str:
    """Return the nicknames in one phrase: "Wren", "Wren and Robin"; "a child" without any."""
    names = [child.nickname for child in children if child.nickname]
    if not names or len(names) < len(children):
        return _("a child") if len(children) < 2 else _("the children")
    if len(names) == 1:
        return names[0]
    return _("%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}
