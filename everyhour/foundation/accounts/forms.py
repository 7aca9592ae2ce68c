"""Forms of accounts: the only way in for data from outside."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.zones import find_zone
from everyhour.foundation.lib.form_fields import CleanField
from everyhour.foundation.lib.text import clean

ADDRESS = _("Please check the address. It should look like ada@example.org.")
NAME = Person._meta.get_field("name").max_length or 60
LONGEST_PASSWORD = 200


class AddressForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        error_messages={"required": ADDRESS, "invalid": ADDRESS, "max_length": ADDRESS},
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class NameForm(forms.Form):
    name = CleanField(most=NAME)
    zone = forms.CharField(max_length=64, required=False)

    def clean_zone(self) -> str:
        """Return the browser's time zone, or UTC when it is unknown."""
        zone = self.cleaned_data["zone"]
        return zone if zone in available_timezones() else "UTC"


class SignUpForm(NameForm, AddressForm):
    """Name, time zone and address, before the address is confirmed."""


class CodeForm(forms.Form):
    code = forms.CharField(max_length=40, error_messages={"required": _("Enter the code.")})


class SecondForm(forms.Form):
    code = forms.CharField(max_length=40, required=False)
    credential = forms.CharField(max_length=16_000, required=False)


class PasswordForm(AddressForm):
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Enter your password.")},
    )


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={
            "required": _("Enter a new password."),
            "max_length": _("Please use 200 characters or fewer."),
        },
    )

    def __init__(self, data=None, *, person: Person):
        super().__init__(data)
        self.person = person

    def clean_password(self) -> str:
        password_validation.validate_password(self.cleaned_data["password"], self.person)
        return self.cleaned_data["password"]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ZoneForm(forms.Form):
    zone = forms.CharField(max_length=64)

    def clean_zone(self) -> str:
        found = find_zone(self.cleaned_data["zone"])
        if not found:
            raise forms.ValidationError(
                _("We don’t know this place. Choose a big city in your time zone from the list.")
            )
        return found


class PasskeyForm(forms.Form):
    name = forms.CharField(max_length=400, required=False)
    credential = forms.CharField(max_length=16_000, required=False)

    def clean_name(self) -> str:
        return clean(self.cleaned_data["name"], most=40)
