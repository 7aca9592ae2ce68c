"""Forms for usual days and calendars."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everyhour.domain.rhythm.models import Part, Season
from everyhour.features.rhythm import wording
from everyhour.foundation.lib.form_fields import CleanField, MinutesField

NAME, ADDRESS = 40, 2000
WEEKLY, OTHER_WEEKS = 1, 2


class DateField(forms.DateField):
    def __init__(self, **options):
        invalid = {"invalid": gettext_lazy("Enter a date, such as 2026-12-21.")}
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages=invalid,
            **options,
        )


def weekday_field(**options) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        choices=[(day, WEEKDAYS[day]) for day in range(7)],
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


class PartForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    name = CleanField(most=NAME, label=gettext_lazy("In your own words (optional)"))
    off = forms.BooleanField(required=False, label=gettext_lazy("It doesn’t happen on these days"))
    begins = MinutesField(label=gettext_lazy("Starts"))
    ends = MinutesField(label=gettext_lazy("Ends (optional)"))
    weekdays = weekday_field(label=gettext_lazy("Which days?"))
    hard = forms.BooleanField(required=False, label=gettext_lazy("This is often hard"))
    every_weeks = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=gettext_lazy("How often?"),
        widget=forms.RadioSelect,
        choices=[
            (WEEKLY, gettext_lazy("Every week")),
            (OTHER_WEEKS, gettext_lazy("Every other week")),
        ],
    )
    anchor = DateField(required=False, label=gettext_lazy("A date in a week when it happens"))
    when = forms.ChoiceField(
        required=False, label=gettext_lazy("When in the year?"), widget=forms.RadioSelect
    )

    def __init__(self, *args, today: date, **options):
        super().__init__(*args, **options)
        self.fields["kind"].choices = wording.kind_choices()  # type: ignore[attr-defined]
        self.fields["when"].choices = wording.when_choices()  # type: ignore[attr-defined]
        self.today = today

    @classmethod
    def for_part(cls, part: Part, *args, **options):
        initial = {name: getattr(part, name) for name in cls.base_fields}
        return cls(*args, initial=initial, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") is None and not data.get("off") and "begins" not in self.errors:
            self.add_error("begins", _("Enter a start time."))
        if not data.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day."))
        if data.get("off") and data.get("kind") not in wording.anchors():
            sentence = _(
                "Only a part of the usual day can be left out. Choose one above, or clear this box."
            )
            self.add_error("off", sentence)
        return data

    @property
    def columns(self) -> dict[str, Any]:
        data, other = self.cleaned_data, self.cleaned_data["every_weeks"] == OTHER_WEEKS
        return {
            **{name: data[name] for name in ("kind", "name", "off", "ends", "hard")},
            "begins": data["begins"] or 0,
            "weekdays": sorted(set(data["weekdays"])),
            "when": data["when"] or Part.Applies.ALWAYS,
            "every_weeks": data["every_weeks"] or WEEKLY,
            "anchor": (data["anchor"] or self.today) if other else None,
        }


class SeasonForm(forms.Form):
    kind = forms.ChoiceField(
        required=False, label=gettext_lazy("What is it?"), widget=forms.RadioSelect
    )
    name = CleanField(most=NAME, label=gettext_lazy("In your own words (optional)"))
    first = DateField(label=gettext_lazy("First day"))
    last = DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["kind"].choices = wording.seasons()  # type: ignore[attr-defined]
        for name in ("first", "last"):
            self.fields[name].error_messages["required"] = _("Enter a date, such as 2026-12-21.")

    @property
    def columns(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = sorted((data["first"], data["last"]))
        return {
            "kind": data["kind"] or Season.Kind.HOLIDAYS,
            "name": data["name"],
            "first": first,
            "last": last,
        }


class HomesForm(forms.Form):
    """The days of one or two weeks on which the child is in this home."""

    weeks = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(1, 1), (2, 2)]
    )
    days = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(day, day) for day in range(14)]
    )


class PlanForm(forms.Form):
    """The part of the day for a planned small moment, and its weekdays."""

    into = forms.ChoiceField(
        label=gettext_lazy("Which part of the day?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a part of the day.")},
    )
    weekdays = weekday_field(label=gettext_lazy("Only on some days (optional)"))

    def __init__(self, *args, into: list[tuple[str, str]], **options):
        super().__init__(*args, **options)
        self.fields["into"].choices = into  # type: ignore[attr-defined]


class CalendarForm(forms.Form):
    file = forms.FileField(
        required=False, label=gettext_lazy("A calendar file (.ics)"), allow_empty_file=True
    )
    address = forms.CharField(
        required=False,
        max_length=ADDRESS,
        label=gettext_lazy("Or the address of a calendar"),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "webcal://"}
        ),
    )
    called = CleanField(most=60, label=gettext_lazy("A name for this calendar"))
    means = forms.ChoiceField(
        required=False, label=gettext_lazy("What is in it?"), widget=forms.RadioSelect
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["means"].choices = wording.means()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not data.get("address") and not self.errors:
            self.add_error("file", _("Choose a file, or enter an address."))
        return data


def monday(on: date) -> date:
    """Return the Monday of a date's week."""
    return on - timedelta(days=on.weekday())
