"""What somebody signs in with besides mail and password; and the question whether it is really them."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.foundation.accounts import actions, codes, factors, letters, passwords, throttle
from everyhour.foundation.accounts.forms import CodeForm, PasskeyForm, SecondForm
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.reauthentication import be_sure, sure
from everyhour.foundation.accounts.views.account import own
from everyhour.foundation.accounts.views.paths import go_on, named, show, wished
from everyhour.foundation.accounts.views.signing_in import (
    asks_for_options,
    second_trouble,
    second_ways,
)
from everyhour.foundation.ui.flash import say

TOTP = "totp"  # in the session: a secret that is shown, and not yet kept


@own
@sure
def passkeys(request) -> HttpResponse:
    person = request.person
    if asks_for_options(request):
        return JsonResponse(factors.begin_passkey(person))
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
            return _changed(request, "passkey added", _("A passkey was added."))
    return show(request, "passkeys", form=form, passkeys=factors.passkeys(person))


@signed_in
@require_POST
@sure
def passkey_end(request, number: int) -> HttpResponse:
    get_object_or_404(factors.passkeys(request.person), pk=number).delete()
    _changed(request, "passkey taken away", _("A passkey was removed."))
    return redirect("account-passkeys")


@own
@sure
def second_factor(request) -> HttpResponse:
    """Connect an authenticator app, or take it away."""
    person = request.person
    if connected := factors.app(person):
        if request.method == "POST" and request.POST.get("away"):
            connected.delete()
            return _changed(
                request, "authenticator app taken away", _("The authenticator app was removed.")
            )
        return show(request, "second_factor", app=True)
    secret = request.session.setdefault(TOTP, factors.new_app_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.app_code_fits(secret, form.cleaned_data["code"]):
            factors.add_app(person, secret)
            request.session.pop(TOTP)
            return _changed(
                request, "authenticator app added", _("An authenticator app was added.")
            )
        form.add_error(
            "code",
            _(
                "That code didn’t match. The app shows a new one every 30 seconds; check that your phone’s clock is right."
            ),
        )
    told = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": factors.app_picture(person, secret),
    }
    return show(request, "second_factor", **told)


def _changed(request, act: str, told: str) -> HttpResponse:
    """Note it, tell them, and give those who now need them recovery codes."""
    person, at = request.person, timezone.now()
    actions.change_factor(act, by=person, at=at)
    letters.note(person, told, at=at)
    say(request, told)
    needs = factors.asks_for_second(person) and not factors.recovery_codes_left(person)
    return redirect("account-recovery-codes" if needs else "account")


@own
@sure
def recovery_codes(request) -> HttpResponse:
    """Make recovery codes; they are shown once, when they are made."""
    person, made = request.person, []
    if not factors.asks_for_second(person):
        return redirect("account")
    if request.method == "POST":
        made = factors.new_recovery_codes(person)
        actions.change_factor("recovery codes made", by=person, at=timezone.now())
    codes_made = [f"{code[:4]} {code[4:]}" for code in made]
    return show(
        request, "recovery_codes", codes=codes_made, left=factors.recovery_codes_left(person)
    )


@own
def again(request) -> HttpResponse:
    """Ask once more that it is them: by the strongest way they have, and by mail only where there is no other."""
    person, at = request.person, timezone.now()
    ways = _ways(person)
    if asks_for_options(request):
        return JsonResponse(factors.ask_passkey(person))
    form = SecondForm(request.POST or None)
    if request.method == "POST" and request.POST.get("mail") and ways["mail"]:
        form = SecondForm()
        if throttle.may_mail(request, person.email):
            letters.send_code(
                person.email,
                codes.make(request, codes.Asked("again", person.email), now=at.timestamp()),
            )
            ways["mailed"] = True
        else:
            ways["trouble"] = _(
                "We’ve sent you a few codes already. Check your email, or wait 15 minutes."
            )
    elif request.method == "POST" and form.is_valid():
        if not (trouble := _trouble(request, ways, form.cleaned_data)):
            be_sure(request, now=at.timestamp())
            return go_on(wished(request) or named("account"))
        form.add_error("code", trouble)
        ways["mailed"] = ways["mail"]
    return render(request, "accounts/again.html", {"form": form, "next": wished(request), **ways})


def _ways(person) -> dict:
    ways = {**second_ways(person), "password": person.has_usable_password()}
    return {**ways, "mail": not (ways["app"] or ways["passkeys"] or ways["password"])}


def _trouble(request, ways: dict, told: dict) -> str:
    person = request.person
    if told["credential"] or ((ways["app"] or ways["codes_left"]) and told["code"]):
        return second_trouble(request, person, told)
    if ways["password"]:
        typed = request.POST.get("password", "")[:200]
        if (
            throttle.may_try_password(request, person.email)
            and passwords.fits(person.email, typed) == person
        ):
            return ""
        return _("That didn’t match. Try again, or use another way.")
    waiting = codes.waiting(request, now=timezone.now().timestamp())
    if (
        ways["mail"]
        and waiting
        and waiting.purpose == "again"
        and codes.guess(request, told["code"])
    ):
        return ""
    return _("That isn’t the code we emailed. Check the newest email, or ask for a new code.")
