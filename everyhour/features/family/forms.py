"""Forms for families: input is cleaned and bounded, and kept in the form when invalid."""

from datetime import date

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everyhour.domain.families.births import born_in, is_only_a_year
from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.practices import bodies, kinds
from everyhour.features.family import rights, wording
from everyhour.foundation.lib.form_fields import TOO_LONG, CleanField, MinutesField
from everyhour.foundation.lib.text import clean

NAME, NICKNAME, TEXT = 60, 40, 1000  # characters
OLDEST = 25  # years


class LongField(forms.CharField):
    """A few sentences. Too long is an error: cutting them could change what they say."""

    widget = forms.Textarea

    def __init__(self, **options):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=False, **options)

    def to_python(self, value):
        return clean(super().to_python(value) or "", most=TEXT * 8)

    def validate(self, value):
        if len(value) > TEXT:
            raise forms.ValidationError(TOO_LONG % {"most": TEXT})


def set_choices(form: forms.Form, name: str, choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class ChildForm(forms.Form):
    """A child's nickname and, optionally, month of birth, the age they act, and their body."""

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
    bodies = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Something about their body that ideas should fit?"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, today: date, **options):
        super().__init__(*args, **options)
        set_choices(self, "bodies", list(bodies.names().items()))
        set_choices(self, "month", [("", "–"), *MONTHS.items()])
        years = range(today.year, today.year - OLDEST - 1, -1)
        set_choices(self, "year", [("", "–"), *((year, str(year)) for year in years)])
        self.today = today

    @classmethod
    def for_child(cls, child: Child | None, **options):
        born = child.born_in if child else None
        initial = {
            "nickname": child.nickname if child else "",
            "functions_like_age": child.functions_like_age if child else None,
            "bodies": child.bodies if child else [],
            "month": born.month if born and not is_only_a_year(born) else "",
            "year": born.year if born else "",
        }
        return cls(initial=initial, **options)

    def clean(self):
        data = super().clean() or {}
        month, year = data.get("month"), data.get("year")
        if month and not year:
            self.add_error("year", _("Add the year, or clear the month."))
        if year and date(year, month or 1, 1) > self.today:
            self.add_error("month", _("This month is in the future."))
        return data

    @property
    def details(self) -> dict:
        data = self.cleaned_data
        born = born_in(data["year"], data["month"]) if data["year"] else None
        return {
            "nickname": data["nickname"],
            "born_in": born,
            "functions_like_age": data["functions_like_age"],
            "bodies": data["bodies"],
        }


class DayForm(forms.Form):
    """The times of a usual day; each is optional."""

    wakes, school_starts, home_again, dinner, bed = (MinutesField() for _n in wording.TIMES)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, label in wording.times().items():
            self.fields[name].label = label

    @property
    def details(self) -> dict:
        return {
            "day": {
                name: minutes
                for name in wording.TIMES
                if (minutes := self.cleaned_data[name]) is not None
            }
        }


class HardForm(forms.Form):
    """Situations that are often hard."""

    hard = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        set_choices(self, "hard", wording.situations())


class HelpsForm(forms.Form):
    """How much each kind of practice helps; kinds answered with "don't know" are left out."""

    def __init__(self, *args, helps: dict, **options):
        super().__init__(*args, **options)
        for kind, name in kinds.names().items():
            self.fields[f"helps_{kind}"] = forms.ChoiceField(
                required=False,
                label=name,
                choices=wording.amounts(),
                initial=str(helps.get(kind, "")),
                widget=forms.RadioSelect,
            )

    @property
    def details(self) -> dict:
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
    """What a child does not want and needs; the texts are stored sealed."""

    no_touch = forms.BooleanField(
        required=False, label=gettext_lazy("No touch, unless they ask for it")
    )
    care_touch = forms.BooleanField(
        required=False,
        label=gettext_lazy("Gentle touch is welcome when dressing, bathing and at bedtime too"),
    )
    foods = LongField(label=gettext_lazy("Foods they don’t want or can’t have"))
    sounds = LongField(label=gettext_lazy("Sounds that are too much"))
    needs = LongField(label=gettext_lazy("What they need"))


class PersonForm(forms.Form):
    """A caregiver's name, relation, role and permissions."""

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
        set_choices(self, "relation", wording.relations())
        set_choices(self, "role", wording.roles())
        set_choices(self, "may", wording.permissions())


class GiverForm(PersonForm):
    def clean_name(self):
        if not self.cleaned_data["name"]:
            raise forms.ValidationError(
                _("Add a name or a nickname, so moments can show who was there.")
            )
        return self.cleaned_data["name"]


class InvitationForm(forms.Form):
    """Whom to invite and what they may do: the least, unless somebody chooses more."""

    name = CleanField(
        most=NAME,
        label=gettext_lazy("What you call them"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    access = forms.ChoiceField(required=False, widget=forms.RadioSelect, initial=rights.LOG)
    discreet = forms.BooleanField(
        required=False,
        label=gettext_lazy("Discreet: the email and the page before joining name no child"),
    )
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

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        set_choices(self, "access", [(key, title) for key, title, _means in rights.choices()])

    def clean_access(self):
        return self.cleaned_data["access"] or rights.LOG

    @property
    def access_choices(self) -> list[tuple[str, str, str, bool]]:
        """Return each choice with its title, what it means, and whether it is chosen."""
        chosen = self["access"].value() or rights.LOG
        return [(key, title, means, key == chosen) for key, title, means in rights.choices()]


class JoiningForm(forms.Form):
    name = CleanField(
        most=NAME,
        label=gettext_lazy("What the family calls you"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class HouseholdForm(forms.Form):
    """A second home: its name, who moves, and which children live there too."""

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
        set_choices(self, "moving", [("me", _("I do")), ("later", _("Someone I’ll invite"))])
        set_choices(self, "givers", [(giver.pk, wording.caregiver_name(giver)) for giver in givers])
        children = by.household.children.all()
        set_choices(self, "children", [(child.pk, wording.child_name(child)) for child in children])
