"""Forms of the nudge settings and the pause."""

from datetime import date, time

from django import forms
from django.utils.translation import gettext_lazy as _

from everyhour.domain.nudges.models import NudgeSettings

A_DAY, A_WEEK = 3, 21  # at most, as the engine allows


class MinuteField(forms.TimeField):
    """A wall time, as minutes after midnight."""

    def __init__(self, **options) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        wrong = {"invalid": _("Enter a time, such as 07:30.")}
        super().__init__(
            required=False,
            widget=widget,
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages=wrong,
            **options,
        )

    def clean(self, value):
        wall = super().clean(value)
        return wall.hour * 60 + wall.minute if wall else None


class SettingsForm(forms.Form):
    a_day = forms.TypedChoiceField(
        label=_("At most per day"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, A_DAY + 1)],
        error_messages={"invalid_choice": _("Choose one, two or three.")},
    )
    a_week = forms.IntegerField(label=_("At most in seven days"), min_value=1, max_value=A_WEEK)
    quiet_from = MinuteField(label=_("Quiet from"))
    quiet_until = MinuteField(label=_("Quiet until"))

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if not self.errors and (data["quiet_from"] is None) != (data["quiet_until"] is None):
            self.add_error("quiet_until", _("Enter both times, or leave both empty."))
        return data

    @classmethod
    def from_settings(cls, settings: NudgeSettings) -> "SettingsForm":
        quiet = {name: _wall(getattr(settings, name)) for name in ("quiet_from", "quiet_until")}
        return cls(initial={"a_day": settings.a_day, "a_week": settings.a_week, **quiet})

    def save(self, settings: NudgeSettings) -> None:
        NudgeSettings.objects.filter(pk=settings.pk).update(**self.cleaned_data)


class PauseForm(forms.Form):
    """A pause until a date; without one, until it is ended."""

    until = forms.DateField(required=False)

    def clean_until(self) -> date | None:
        return self.cleaned_data["until"]


def _wall(minute: int | None) -> time | None:
    return time(minute // 60, minute % 60) if minute is not None else None
