"""Pages of passkeys, authenticator app and recovery codes, and reauthentication."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.foundation.accounts import actions, codes, factors, mail, passwords, throttle
from everyhour.foundation.accounts.forms import CodeForm, PasskeyForm, SecondForm
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.reauthentication import (
    mark_reauthenticated,
    require_reauthentication,
)
from everyhour.foundation.accounts.views.account import own
from everyhour.foundation.accounts.views.navigation import (
    next_page,
    page_url,
    redirect_onward,
    show,
)
from everyhour.foundation.accounts.views.signing_in import (
    second_factor_error,
    second_factor_options,
    wants_passkey_options,
)
from everyhour.foundation.ui.flash import say

TOTP = "totp"  # in the session: a secret that is shown, and not yet kept


@own
@require_reauthentication
def passkeys(request) -> HttpResponse:
    person = request.person
    if wants_passkey_options(request):
        return JsonResponse(factors.begin_passkey_registration(person))
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"] or _("Passkey %(number)s") % {
            "number": factors.passkeys(person).count() + 1
        }
        try:
            factors.add_passkey(person, name, form.cleaned_data["credential"])
        except ValidationError:
            form.add_error(
                "name", _("The passkey wasn’t added. Nothing has changed; try again any time.")
            )
        else:
            return _factor_changed(request, "passkey added", _("A passkey was added."))
    return show(request, "passkeys", form=form, passkeys=factors.passkeys(person))


@signed_in
@require_POST
@require_reauthentication
def passkey_end(request, number: int) -> HttpResponse:
    get_object_or_404(factors.passkeys(request.person), pk=number).delete()
    _factor_changed(request, "passkey taken away", _("A passkey was removed."))
    return redirect("account-passkeys")


@own
@require_reauthentication
def second_factor(request) -> HttpResponse:
    """Connect an authenticator app, or remove it."""
    person = request.person
    if connected := factors.app(person):
        if request.method == "POST" and request.POST.get("away"):
            connected.delete()
            return _factor_changed(
                request, "authenticator app taken away", _("The authenticator app was removed.")
            )
        return show(request, "second_factor", app=True)
    secret = request.session.setdefault(TOTP, factors.new_app_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.check_app_code(secret, form.cleaned_data["code"]):
            factors.add_app(person, secret)
            request.session.pop(TOTP)
            return _factor_changed(
                request, "authenticator app added", _("An authenticator app was added.")
            )
        form.add_error(
            "code",
            _(
                "That code didn’t match. The app shows a new one every 30 seconds; "
                "check that your phone’s clock is right."
            ),
        )
    context = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": factors.app_picture(person, secret),
    }
    return show(request, "second_factor", **context)


def _factor_changed(request, act: str, sentence: str) -> HttpResponse:
    """Audit a change, notify the person, and lead on to recovery codes where they need some."""
    person, at = request.person, timezone.now()
    actions.change_factor(act, by=person, at=at)
    mail.notify_change(person, sentence, at=at)
    say(request, sentence)
    needs = factors.requires_second_factor(person) and not factors.recovery_codes_left(person)
    return redirect("account-recovery-codes" if needs else "account")


@own
@require_reauthentication
def recovery_codes(request) -> HttpResponse:
    """Create recovery codes on POST, and show them this once."""
    person, made = request.person, []
    if not factors.requires_second_factor(person):
        return redirect("account")
    if request.method == "POST":
        made = factors.new_recovery_codes(person)
        actions.change_factor("recovery codes made", by=person, at=timezone.now())
    shown = [f"{code[:4]} {code[4:]}" for code in made]
    return show(request, "recovery_codes", codes=shown, left=factors.recovery_codes_left(person))


@own
def again(request) -> HttpResponse:
    """Reauthenticate: by email code only when the person has no second factor or password."""
    person, at = request.person, timezone.now()
    options = _options(person)
    if wants_passkey_options(request):
        return JsonResponse(factors.begin_passkey_sign_in(person))
    form = SecondForm(request.POST or None)
    if request.method == "POST" and request.POST.get("mail") and options["mail"]:
        form = SecondForm()
        if throttle.may_mail(request, person.email):
            mail.send_code(
                person.email,
                codes.create(request, codes.CodeRequest("again", person.email), now=at.timestamp()),
            )
            options["mailed"] = True
        else:
            options["trouble"] = _(
                "We’ve sent you a few codes already. Check your email, or wait 15 minutes."
            )
    elif request.method == "POST" and form.is_valid():
        if not (trouble := _reauthentication_error(request, options, form.cleaned_data)):
            mark_reauthenticated(request, now=at.timestamp())
            return redirect_onward(next_page(request) or page_url("account"))
        form.add_error("code", trouble)
        options["mailed"] = options["mail"]
    return render(
        request, "accounts/again.html", {"form": form, "next": next_page(request), **options}
    )


def _options(person) -> dict:
    options = {**second_factor_options(person), "password": person.has_usable_password()}
    return {**options, "mail": not (options["app"] or options["passkeys"] or options["password"])}


def _reauthentication_error(request, options: dict, data: dict) -> str:
    """Return what is wrong with an answer; "" when it is right."""
    person = request.person
    if data["credential"] or ((options["app"] or options["codes_left"]) and data["code"]):
        return second_factor_error(request, person, data)
    if options["password"]:
        typed = request.POST.get("password", "")[:200]
        if (
            throttle.may_try_password(request, person.email)
            and passwords.authenticate(person.email, typed) == person
        ):
            return ""
        return _("That didn’t match. Try again, or use another way.")
    waiting = codes.pending(request, now=timezone.now().timestamp())
    if (
        options["mail"]
        and waiting
        and waiting.purpose == "again"
        and codes.check(request, data["code"])
    ):
        return ""
    return _("That isn’t the code we emailed. Check the newest email, or ask for a new code.")
