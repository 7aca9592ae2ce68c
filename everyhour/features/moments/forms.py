"""Forms to log, edit and delete moments. An invalid form keeps what was typed."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments import wall_time
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.validation import EARLIEST, LONGEST_NOTE, LONGEST_TITLE
from everyhour.features.moments import wording
from everyhour.foundation.lib.form_fields import CleanField

OWN = ("state_before", "state_after", "situation", "outcome")
FIRST, SECOND = "first", "second"
ME, ALL, NEW = "me", "all", "new"  # answers to “Who was it for?” beside the children
AND = "."  # between the keys of several children, or moments
MOST_CHILDREN = 20  # of one form


class MomentForm(forms.Form):
    """One moment; `changed_fields` returns what differs from what the page showed."""

    key = forms.UUIDField(widget=forms.HiddenInput)  # of the change; a resent form is saved once
    moment = forms.UUIDField(widget=forms.HiddenInput)
    # The time the page showed.
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    what = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    title = forms.CharField(required=False, max_length=LONGEST_TITLE, strip=True)
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    child = forms.ChoiceField(required=False)
    # Asked while the family has no child: the moment adds it.
    nickname = CleanField(most=40)
    giver = forms.ChoiceField(required=False)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    which = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    minutes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    outcome = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    state_before = forms.ChoiceField(required=False)
    state_after = forms.ChoiceField(required=False)
    situation = forms.ChoiceField(required=False)
    private = forms.BooleanField(required=False)
    # What did not fit into the title of a line; saved as a note.
    rest = forms.CharField(required=False, max_length=LONGEST_NOTE)

    at: datetime  # once the form is valid, with the zone the clock was in then
    at_zone: str

    def __init__(
        self,
        *args,
        by: Caregiver,
        zones: wall_time.Zones,
        choices: dict[str, list],
        children: list[Child],
        givers: list[Caregiver],
        editions: Mapping[str, int | None],
        latest: date,
        new: bool = True,
        **kwargs,
    ):
        super().__init__(*args, **{"auto_id": "f-%s", **kwargs})
        self.children = [child.pk for child in children]
        self.new, self.adds_child = new, new and not children and by.is_guardian
        self.by, self.zones, self.zone, self.editions, self.latest = (
            by,
            zones,
            zones[-1][1],
            editions,
            latest,
        )
        for name in ("what", *OWN):
            self._choices(name, choices[name])
        self._choices("child", named(children))
        self._choices("kind", list(wording.kinds().items()))
        if new:
            self._ask_whose(children)
        self._choices(
            "giver",
            [
                (one.pk, one.name or _("You")) if one.pk != by.pk else (one.pk, _("You"))
                for one in givers
            ],
        )
        self._choices(
            "which", [(FIRST, _("The first time")), (SECOND, _("The second time, an hour later"))]
        )
        self.asks_which = False

    def _ask_whose(self, children: list[Child]) -> None:
        """Ask whom a new moment was for; of several children none is chosen first.

        An older page that says by `kind` that it was for the caregiver, or that a family's first
        child is new, is still understood.
        """
        self.fields["child"].widget = forms.RadioSelect()
        own = self.initial.get("kind") == Moment.Kind.GOT
        self.initial.setdefault("child", ME if own else first_answer(children))
        answers = [*self._some_of(dict(named(children))), *answers_for(children)]
        self._choices("child", [(NEW, _("My child")), *answers])
        if not self.adds_child:
            self.fields["child"].widget.choices = answers
        if own:
            self.initial["kind"] = Moment.Kind.GIVEN
        with_whom = list(wording.with_whom().items())
        self.fields["kind"].widget.choices = with_whom

    def _some_of(self, names: dict[str, str]) -> list[tuple[str, str]]:
        """Return the answer for some of several children, where a line names them."""
        wanted = str(self.data.get("child") or self.initial.get("child") or "")
        some = wanted.split(AND)
        if len(some) < 2 or not set(some) <= set(names):
            return []
        return [(wanted, wording.listed([names[child] for child in some]))]

    def children_chosen(self) -> list[str]:
        """Return the child of each moment that this form makes, "" for none."""
        child = self.cleaned_data["child"]
        return self.children if child == ALL else child.split(AND)

    def _choices(self, name: str, choices: list) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("child") == ME:
            cleaned |= {"child": "", "kind": Moment.Kind.GOT}
        elif cleaned.get("kind") == Moment.Kind.GIVEN and "child" in cleaned:
            self._find_child(cleaned)
        if cleaned.get("day") and not EARLIEST.date() <= cleaned["day"] <= self.latest:
            self.add_error(
                "day",
                wording.rejection("in-the-future" if cleaned["day"] > self.latest else "no-time"),
            )
        elif cleaned.get("day") and cleaned.get("time"):
            self._find_instant(
                datetime.combine(cleaned["day"], cleaned["time"].replace(second=0, microsecond=0)),
                cleaned.get("which", ""),
            )
        return cleaned

    def _find_child(self, cleaned: dict[str, Any]) -> None:
        if self.adds_child:
            cleaned["child"] = NEW
            if not cleaned.get("nickname") and "nickname" in cleaned:
                self.add_error("nickname", _("Add what you call your child, or choose “Me”."))
        elif cleaned["child"] in ("", NEW) and len(self.children) == 1:
            cleaned["child"] = self.children[0]  # added since this page was opened
        elif cleaned["child"] in ("", NEW):
            self.add_error("child", wording.rejection("no-child"))

    def _find_instant(self, wall: datetime, which: str) -> None:
        """Set `at` from a wall time; of a repeated hour, ask which one."""
        opened = self._opened()
        if opened and f"{wall:%Y-%m-%dT%H:%M}" == wall_time.wall_of(opened, self.zone):
            self.at, self.at_zone = opened, self.zone  # unchanged: no need to ask
            return
        # An hour skipped by travel can still be meant in the current zone.
        found = wall_time.instants_across_zones(wall, self.zones) or [
            (at, self.zone) for at in wall_time.instants(wall, self.zone)
        ]
        if not found:
            self.add_error("time", wording.rejection("missing-hour"))
            return
        self.asks_which = len(found) > 1
        if self.asks_which and which not in (FIRST, SECOND):
            self.add_error("which", _("That night this hour happened twice. Which one was it?"))
        if self.asks_which and found[0][1] != found[-1][1]:
            self._choices(
                "which",
                [
                    (name, zone.split("/")[-1].replace("_", " "))
                    for name, (_at, zone) in zip((FIRST, SECOND), found, strict=False)
                ],
            )
        self.at, self.at_zone = found[-1 if which == SECOND else 0]

    def _opened(self) -> datetime | None:
        try:
            at = datetime.fromisoformat(self.cleaned_data.get("opened") or "")
        except ValueError:
            return None
        return at.astimezone(UTC) if at.tzinfo else None

    def changed_fields(
        self, seen: dict[str, Any] | None = None, *, child: str | None = None
    ) -> dict[str, Any]:
        """Return the fields of a change: those that differ from `seen`, or all."""
        cleaned, at = self.cleaned_data, self.at
        child = cleaned["child"] if child is None else child
        given = cleaned["kind"] != Moment.Kind.GOT
        fields = {
            "whom": {"kind": cleaned["kind"], "child": child or None if given else None},
            "who": {"giver": cleaned["giver"] or self.by.pk, "private": cleaned["private"]},
            "when": {
                "at": at.isoformat(),
                "wall": wall_time.wall_of(at, self.at_zone),
                "zone": self.at_zone,
            },
            "what": {
                "practice": cleaned["what"],
                "edition": self.editions.get(cleaned["what"]),
                "title": cleaned["title"],
            },
            "minutes": cleaned["minutes"],
            **{name: cleaned[name] for name in OWN},
        }
        return {
            name: value for name, value in fields.items() if seen is None or value != seen.get(name)
        }


def named(children: list[Child]) -> list[tuple[str, str]]:
    return [(child.pk, child.nickname or _("Your child")) for child in children]


def answers_for(children: list[Child]) -> list[tuple[str, str]]:
    """Return the answers to “Who was it for?”: each child, all of them, the caregiver."""
    several = [(ALL, _("Both") if len(children) == 2 else _("All of them"))]
    return [*named(children), *(several if children[1:] else []), (ME, _("Me"))]


def first_answer(children: list[Child]) -> str:
    """Return the answer that is chosen at first: of several children none."""
    return {0: ME, 1: children[0].pk if children else ""}.get(len(children), "")


def initial_for_new(by: Caregiver, zone: str, at: datetime, **known: Any) -> dict[str, Any]:
    """Return the initial values of a new form: now, by me, unless a line says otherwise."""
    wall = at.astimezone(ZoneInfo(zone))
    first = {
        "key": uuid.uuid4(),
        "moment": uuid.uuid4(),
        "opened": at.isoformat(),
        "what": "",
        "kind": Moment.Kind.GIVEN,
        "giver": by.pk,
        "day": wall.date(),
        "time": wall.time().replace(second=0, microsecond=0, tzinfo=None),
    }
    return {**first, **known}


def initial_for(moment: Moment) -> dict[str, Any]:
    """Return the initial values of a moment's form."""
    wall = datetime.strptime(moment.wall, wall_time.WALL)  # noqa: DTZ007  a wall clock
    return {
        "key": uuid.uuid4(),
        "moment": moment.key,
        "opened": moment.at.isoformat(),
        "what": moment.practice,
        "title": moment.own_title,
        "kind": moment.kind,
        "child": moment.child_id,
        "giver": moment.caregiver_id,
        "day": wall.date(),
        "time": wall.time(),
        "minutes": moment.minutes,
        "private": moment.private,
        **{name: getattr(moment, name) for name in OWN},
    }


class NoteForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=LONGEST_NOTE,
        label=gettext_lazy("A note"),
    )
    replaces = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=2000
    )  # keys of the versions the page showed

    def changed_fields(self) -> dict[str, Any]:
        return {
            "text": self.cleaned_data["text"],
            "replaces": self.cleaned_data["replaces"].split(),
        }


class UndoForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)


class DeletionForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    undo = forms.BooleanField(required=False, widget=forms.HiddenInput)


def as_fields(moment: Moment) -> dict[str, Any]:
    """Return a moment as the fields of a change, to compare with what is sent back."""
    return {
        "whom": {"kind": moment.kind, "child": moment.child_id},
        "who": {"giver": moment.caregiver_id, "private": moment.private},
        "when": {"at": moment.at.isoformat(), "wall": moment.wall, "zone": moment.zone},
        "what": {
            "practice": moment.practice,
            "edition": moment.edition.number if moment.edition else None,
            "title": moment.own_title,
        },
        "minutes": moment.minutes,
        **{name: getattr(moment, name) for name in OWN},
    }
