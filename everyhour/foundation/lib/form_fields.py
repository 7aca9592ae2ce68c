"""Form fields shared by several packages: short text and a local time."""

from datetime import time

from django import forms
from django.utils.translation import gettext_lazy

from everyhour.foundation.lib.text import clean

LONGER = 8  # times the limit: how much of a too long text is read, to measure it
TOO_LONG = gettext_lazy(
    "This is too long: the limit is %(most)d characters. "
    "Nothing is lost; shorten it and save again."
)


class CleanField(forms.CharField):
    """Optional text in any script, cleaned; text longer than `most` characters is an error.

    It is never cut, neither here nor by a `maxlength`: half a name is somebody else's name.
    """

    def __init__(self, *, most: int, **options):
        self.most = most
        super().__init__(required=False, **options)

    def to_python(self, value):
        return clean(super().to_python(value) or "", most=self.most * LONGER)

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(TOO_LONG % {"most": self.most})


class MinutesField(forms.TimeField):
    """A local time; its cleaned value is minutes after midnight, or None."""

    def __init__(self, **options):
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        invalid = {"invalid": gettext_lazy("Enter a time, such as 07:30.")}
        super().__init__(
            required=False,
            widget=widget,
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages=invalid,
            **options,
        )

    def clean(self, value):
        at = super().clean(value)
        return at.hour * 60 + at.minute if at else None

    def prepare_value(self, value):
        return time(value // 60 % 24, value % 60) if isinstance(value, int) else value
