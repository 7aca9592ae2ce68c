"""Forms of erasure and import."""

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST = 64 * 1024 * 1024


class ErasureForm(forms.Form):
    """When to erase: after the grace period, or now if confirmed."""

    LATER, NOW = "later", "now"

    when = forms.ChoiceField(choices=[(LATER, ""), (NOW, "")])
    sure = forms.BooleanField(required=False)

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("when") == self.NOW and not cleaned.get("sure"):
            self.add_error(
                "sure", _("To delete everything now, tick the box. Or choose seven days.")
            )
        return cleaned


class ImportForm(forms.Form):
    file = forms.FileField(
        error_messages={"required": _("Choose the file first."), "empty": _("This file is empty.")}
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _(
                    "This file is too large for this page. "
                    "The people who run this site can bring it in for you."
                )
            )
        return file
