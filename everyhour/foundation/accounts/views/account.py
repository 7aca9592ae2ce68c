"""Pages of one's own account."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.foundation.accounts import actions, codes, factors, mail, throttle
from everyhour.foundation.accounts.forms import (
    AddressForm,
    CodeForm,
    LanguageForm,
    NameForm,
    NewPasswordForm,
    ZoneForm,
)
from everyhour.foundation.accounts.models import ZonePeriod
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.reauthentication import require_reauthentication
from everyhour.foundation.accounts.views.navigation import show
from everyhour.foundation.accounts.zones import places
from everyhour.foundation.ui.flash import say


def own(view):
    """Require a signed-in person and GET or POST."""
    return signed_in(require_http_methods(["GET", "POST"])(view))


@own
def account(request) -> HttpResponse:
    """Show the account; a POST changes the name."""
    form = NameForm(request.POST or None, initial={"name": request.person.name})
    if request.method == "POST" and form.is_valid():
        request.person.name = form.cleaned_data["name"]
        request.person.save(update_fields=["name"])
        say(request, _("Saved."))
        return redirect("account")
    person = request.person
    facts = {
        "email": person.email,
        "language_name": dict(settings.LANGUAGES).get(get_language() or "", ""),
        "zone": person.zone_name_at(timezone.now()).replace("_", " "),
        "password": person.has_usable_password(),
        "passkeys": factors.passkeys(person).count(),
        "app": factors.app(person),
        "codes_left": factors.recovery_codes_left(person),
        "devices": person.sign_ins.count(),
    }
    return show(request, "account", form=form, **facts)


@own
def language(request) -> HttpResponse:
    form = LanguageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.person.language = form.cleaned_data["language"]
        request.person.save(update_fields=["language"])
        with translation.override(request.person.language):
            say(request, _("Saved."))
            return redirect("account")
    return redirect("account")


@own
def zone(request) -> HttpResponse:
    at = timezone.now()
    here = request.person.zone_name_at(at)
    form = ZoneForm(request.POST or None, initial={"zone": here})
    if request.method == "POST" and form.is_valid():
        request.person.move(form.cleaned_data["zone"], at=at)
        say(request, _("Saved. This applies from now on."))
        return redirect("account-zone")
    history = ZonePeriod.objects.filter(person=request.person).order_by("-since")
    return show(request, "zone", form=form, here=here, history=history, places=places())


@own
@require_reauthentication
def address(request) -> HttpResponse:
    """Send a code to a new address, whether or not another account has it."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = codes.CodeRequest(
            "address", form.cleaned_data["email"], name="tell" if request.POST.get("tell") else ""
        )
        if not throttle.may_mail(request, asked.address):
            form.add_error(
                "email",
                _("We’ve sent you a few codes already. Check your email, or wait 15 minutes."),
            )
        elif mail.send_code(
            asked.address, codes.create(request, asked, now=timezone.now().timestamp())
        ):
            return redirect("account-address-code")
        else:
            form.add_error("email", _("We couldn’t send the email. Try again in a minute."))
    return render(request, "accounts/address.html", {"form": form})


@own
@require_reauthentication
def address_code(request) -> HttpResponse:
    at = timezone.now()
    asked = codes.pending(request, now=at.timestamp())
    if asked is None or asked.purpose != "address":
        return redirect("account-address")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        right = codes.check(request, form.cleaned_data["code"])
        if right and _change_address(request, asked, form, at):
            say(request, _("Email address changed."))
            return redirect("account")
        if not right:
            form.add_error(
                "code",
                _("That isn’t the code we emailed. Check the newest email, or ask for a new code."),
            )
    return render(request, "accounts/address_code.html", {"form": form, "address": asked.address})


def _change_address(request, asked: codes.CodeRequest, form: CodeForm, at) -> bool:
    before = request.person.email
    try:
        actions.change_address(request.person, asked.address, by=request.person, at=at)
    except actions.AddressTaken:
        form.add_error(
            "code",
            _(
                "Another account already uses this address. "
                "Sign in there, or choose another address."
            ),
        )
        return False
    if asked.name == "tell":
        mail.notify_change(
            request.person, _("You can no longer sign in with this address."), at=at, former=before
        )
    return True


@own
@require_reauthentication
def password(request) -> HttpResponse:
    person = request.person
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and request.POST.get("away"):
        actions.change_password(person, None, keep=request, by=person, at=timezone.now())
        say(request, _("Password removed. Other devices will ask you to sign in again."))
        return redirect("account")
    if request.method == "POST" and form.is_valid():
        actions.change_password(
            person, form.cleaned_data["password"], keep=request, by=person, at=timezone.now()
        )
        say(request, _("Password changed. Other devices will ask you to sign in again."))
        return redirect("account")
    return render(
        request,
        "accounts/new_password.html",
        {"form": form, "has_one": person.has_usable_password()},
    )


@own
def sessions(request) -> HttpResponse:
    """List the signed-in devices; a POST signs out all but this one."""
    if request.method == "POST":
        actions.sign_out_everywhere(
            request.person, by=request.person, at=timezone.now(), keep=request
        )
        say(request, _("Only this device is signed in now."))
        return redirect("account-sessions")
    return show(
        request,
        "sessions",
        sign_ins=request.person.sign_ins.all(),
        this=request.session.session_key,
    )


@signed_in
@require_POST
def session_end(request, number: int) -> HttpResponse:
    sign_in = get_object_or_404(request.person.sign_ins, pk=number)
    if sign_in.session == request.session.session_key:
        actions.end_session(request)
        return redirect("sign-in")
    actions.end_sign_in(sign_in, by=request.person, at=timezone.now())
    return redirect("account-sessions")
