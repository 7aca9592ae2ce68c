"""What comes from outside: cleaned, bounded, and never lost when something is wrong with it."""

from datetime import date

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.practices import kinds
from everyhour.features.family import words
from everyhour.foundation.lib.form_fields import CleanField, MinutesField
from everyhour.foundation.lib.text import clean

NAME, NICKNAME, TEXT = 60, 40, 1000
OLDEST = 25


class LongField(forms.CharField):
    """A few sentences, kept whole or not at all: cutting them could change what they say."""

    widget = forms.Textarea

    def __init__(self, **options):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=False, **options)

    def to_python(self, value):
        return clean(super().to_python(value) or "", most=TEXT * 8)

    def validate(self, value):
        if len(value) > TEXT:
            raise forms.ValidationError(
                _(
                    "This is too long: the limit is %(most)d characters. Nothing is lost; shorten it and save again."
                )
                % {"most": TEXT}
            )


def offer(form: forms.Form, name: str, choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class ChildForm(forms.Form):
    """Who the child is: a nickname, and if wanted the month of birth and the age they act."""

    nickname = CleanField(
        most=NICKNAME,
        label=gettext_lazy("What you call them"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    month = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=gettext_lazy("Month")
    )
    year = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=gettext_lazy("Year")
    )
    functions_like_age = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=OLDEST,
        label=gettext_lazy("When things are hard, they act about this age"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Enter an age from 0 to 25, or leave it empty."),
        ),
    )

    def __init__(self, *args, today: date, **options):
        super().__init__(*args, **options)
        offer(self, "month", [("", "–"), *MONTHS.items()])
        offer(
            self,
            "year",
            [
                ("", "–"),
                *((year, str(year)) for year in range(today.year, today.year - OLDEST - 1, -1)),
            ],
        )
        self.today = today

    @classmethod
    def of(cls, child: Child | None, **options):
        born = child.born_in if child else None
        initial = {
            "nickname": child.nickname if child else "",
            "functions_like_age": child.functions_like_age if child else None,
            "month": born.month if born else "",
            "year": born.year if born else "",
        }
        return cls(initial=initial, **options)

    def clean(self):
        told = super().clean() or {}
        month, year = told.get("month"), told.get("year")
        if month and not year:
            self.add_error("year", _("Add the year, or clear the month."))
        if year and date(year, month or 1, 1) > self.today:
            self.add_error("month", _("This month is in the future."))
        return told

    @property
    def told(self) -> dict:
        data = self.cleaned_data
        born = date(data["year"], data["month"] or 1, 1) if data["year"] else None
        return {
            "nickname": data["nickname"],
            "born_in": born,
            "functions_like_age": data["functions_like_age"],
        }


class DayForm(forms.Form):
    """How a day goes, roughly; any of it may stay empty."""

    wakes, school_starts, home_again, dinner, bed = (MinutesField() for _n in words.TIMES)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, label in words.times().items():
            self.fields[name].label = label

    @property
    def told(self) -> dict:
        return {
            "day": {
                name: minutes
                for name in words.TIMES
                if (minutes := self.cleaned_data[name]) is not None
            }
        }


class HardForm(forms.Form):
    hard = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        offer(self, "hard", words.situations())


class HelpsForm(forms.Form):
    """What helps a child, kind by kind, as far as the family knows; of what nobody knows, nothing is kept."""

    def __init__(self, *args, helps: dict, **options):
        super().__init__(*args, **options)
        for kind, name in kinds.names().items():
            self.fields[f"helps_{kind}"] = forms.ChoiceField(
                required=False,
                label=name,
                choices=words.amounts(),
                initial=str(helps.get(kind, "")),
                widget=forms.RadioSelect,
            )

    @property
    def told(self) -> dict:
        answers = {
            name.removeprefix("helps_"): answer for name, answer in self.cleaned_data.items()
        }
        return {"helps": {kind: int(answer) for kind, answer in answers.items() if answer}}


class QuietForm(forms.Form):
    quiet_from = MinutesField(label=gettext_lazy("Quiet from"))
    quiet_until = MinutesField(label=gettext_lazy("Until"))
    quiet_in_school = forms.BooleanField(
        required=False, label=gettext_lazy("Quiet during school hours too")
    )


class WishesForm(forms.Form):
    """What is not wanted, and what is needed: the family's own words, sealed with the family's key."""

    no_touch = forms.BooleanField(
        required=False, label=gettext_lazy("No touch, unless they ask for it")
    )
    foods = LongField(label=gettext_lazy("Foods they don’t want or can’t have"))
    sounds = LongField(label=gettext_lazy("Sounds that are too much"))
    needs = LongField(label=gettext_lazy("What they need"))


class PersonForm(forms.Form):
    """Somebody's place: name, who they are to the child, what they may do."""

    name = CleanField(
        most=NAME, label=gettext_lazy("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.ChoiceField(label=gettext_lazy("Relationship to the child"))
    role = forms.ChoiceField(
        required=False, label=gettext_lazy("Their role here"), widget=forms.RadioSelect
    )
    may = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("With an account, they can"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        offer(self, "relation", words.relations())
        offer(self, "role", words.roles())
        offer(self, "may", words.mays())


class GiverForm(PersonForm):
    def clean_name(self):
        if not self.cleaned_data["name"]:
            raise forms.ValidationError(
                _("Add a name or a nickname, so moments can show who was there.")
            )
        return self.cleaned_data["name"]


class InvitationForm(PersonForm):
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=gettext_lazy("Their email address, if you want us to send the link"),
        error_messages={
            "invalid": gettext_lazy(
                "This doesn’t look like an email address. Check it, or leave it empty."
            )
        },
    )

    def clean_role(self):
        return self.cleaned_data["role"] or Caregiver.Role.GUARDIAN


class HouseholdForm(forms.Form):
    """A second home: who moves, and which children also live there."""

    name = CleanField(most=NAME, label=gettext_lazy("A name for this home"))
    moving = forms.ChoiceField(label=gettext_lazy("Who lives there"), widget=forms.RadioSelect)
    givers = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Who moves with me"), widget=forms.CheckboxSelectMultiple
    )
    children = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Who else lives there"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, by: Caregiver, **options):
        super().__init__(*args, **options)
        givers = (
            by.household.caregivers.present()
            .filter(role=Caregiver.Role.GIVER)
            .select_related("person")
        )
        offer(self, "moving", [("me", _("I do")), ("later", _("Someone I’ll invite"))])
        offer(self, "givers", [(giver.pk, words.called(giver)) for giver in givers])
        offer(
            self,
            "children",
            [(child.pk, words.child_name(child)) for child in by.household.children.all()],
        )
