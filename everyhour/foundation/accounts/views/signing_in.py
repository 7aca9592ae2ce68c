"""Signing in and up: an address, a code; or a password; or a passkey; then the second factor, where there is one."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.foundation.accounts import actions, codes, factors, letters, passwords, throttle
from everyhour.foundation.accounts.forms import (
    AddressForm,
    CodeForm,
    NameForm,
    PasswordForm,
    SecondForm,
    SignUpForm,
)
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.accounts.views.paths import go_on, named, wished, with_next
from everyhour.foundation.lib.permissions import public

HALF_WAY = 15 * 60


def door(view):
    """Open to everyone, kept by no browser, and of no use to somebody who is in already."""

    @public
    @never_cache
    @require_http_methods(["GET", "POST"])
    def guarded(request, *args, **kwargs) -> HttpResponse:
        return go_on(wished(request)) if request.person else view(request, *args, **kwargs)

    guarded.__name__ = view.__name__
    return guarded


@door
def sign_in(request) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _mail_code(
            request,
            codes.Asked("sign-in", form.cleaned_data["email"], then=wished(request)),
            "accounts/sign_in.html",
            form,
        )
    return _page(request, "accounts/sign_in.html", form)


@door
def sign_up(request) -> HttpResponse:
    """Ask for name and address; for the name alone when the address was proven a moment ago."""
    proven = request.session.get("proven") if request.COOKIES.get("sessionid") else None
    if proven and codes.lasts(proven["until"], HALF_WAY, now=timezone.now().timestamp()):
        return _sign_up_proven(request, proven)
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        asked = codes.Asked("sign-up", told["email"], told["name"], told["zone"], wished(request))
        return _mail_code(request, asked, "accounts/sign_up.html", form)
    return _page(request, "accounts/sign_up.html", form)


def _sign_up_proven(request, proven: dict) -> HttpResponse:
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = codes.Asked(
            "sign-up",
            proven["address"],
            form.cleaned_data["name"],
            form.cleaned_data["zone"],
            proven["then"],
        )
        return _begin(request, asked)
    return _page(request, "accounts/sign_up.html", form, proven=proven["address"])


def _mail_code(request, asked: codes.Asked, template: str, form) -> HttpResponse:
    """Mail a code, the same letter to everyone; whether the address is a member's is asked only once the code came back."""
    if not throttle.may_mail(request, asked.address):
        form.add_error(
            "email", _("We’ve sent you a few codes already. Check your email, or wait 15 minutes.")
        )
        return _page(request, template, form, status=429)
    code = codes.make(request, asked, now=timezone.now().timestamp())
    request.session.set_expiry(HALF_WAY)
    if not letters.send_code(asked.address, code):
        form.add_error("email", _("We couldn’t send the email. Try again in a minute."))
        return _page(request, template, form, status=503)
    return redirect("confirm" if asked.purpose == "sign-up" else "sign-in-code")


@door
def code(request) -> HttpResponse:
    now = timezone.now()
    asked = codes.waiting(request, now=now.timestamp())
    if asked is None:
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        right = codes.guess(request, form.cleaned_data["code"])
        if right:
            return _proven(request, asked)
        form.add_error("code", _wrong_code(right))
    return _page(request, "accounts/code.html", form, address=asked.address, purpose=asked.purpose)


def _wrong_code(right: bool | None) -> str:
    if right is None:
        return _("Too many tries for this code. Ask for a new one; this one no longer works.")
    return _("That isn’t the code we emailed. Check the newest email; the code has eight digits.")


def _proven(request, asked: codes.Asked) -> HttpResponse:
    """The address is theirs: let them in, or make their account, or ask whether they want one."""
    if asked.purpose == "sign-up":
        return _begin(request, asked)
    if person := Person.objects.filter(email=asked.address, is_active=True).first():
        return come_in(request, person, way=SignIn.Way.CODE, then=asked.then)
    until = timezone.now().timestamp() + HALF_WAY
    request.session["proven"] = {"address": asked.address, "then": asked.then, "until": until}
    return redirect("sign-up")


def _begin(request, asked: codes.Asked) -> HttpResponse:
    """Open an account; whoever has one already is simply let in."""
    if person := Person.objects.filter(email=asked.address).first():
        return (
            come_in(request, person, way=SignIn.Way.CODE, then=asked.then)
            if person.is_active
            else redirect("sign-in")
        )
    at = timezone.now()
    person = actions.open_account(
        asked.address, name=asked.name, language=get_language() or "en", zone=asked.zone, at=at
    )
    actions.enter(request, person, way=SignIn.Way.CODE, at=at)
    return go_on(asked.then, new=True)


@door
def password(request) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if not throttle.may_try_password(request, address):
            status = 429
            form.add_error(
                "password",
                _("Too many tries. Wait 15 minutes, or use a code or a passkey; those still work."),
            )
        elif person := passwords.fits(address, form.cleaned_data["password"]):
            throttle.PASSWORD.forgive(f"{address} {throttle.network(request)}")
            return come_in(request, person, way=SignIn.Way.PASSWORD, then=wished(request))
        else:
            form.add_error(
                "password",
                _("This address and password don’t match. You can use a code by email instead."),
            )
    return _page(request, "accounts/password.html", form, status=status)


def come_in(request, person: Person, *, way: str, then: str) -> HttpResponse:
    """Let somebody in, or ask first for their second factor."""
    at = timezone.now()
    if factors.asks_for_second(person):
        request.session.cycle_key()
        request.session["half"] = {
            "person": person.pk,
            "way": way,
            "then": then,
            "until": at.timestamp() + HALF_WAY,
        }
        request.session.set_expiry(HALF_WAY)
        return redirect("sign-in-second")
    actions.enter(request, person, way=way, at=at)
    return go_on(then)


@door
def second(request) -> HttpResponse:
    half = (request.session.get("half") if request.COOKIES.get("sessionid") else None) or {
        "person": "",
        "until": 0,
    }
    lasts = codes.lasts(half["until"], HALF_WAY, now=timezone.now().timestamp())
    person = Person.objects.filter(pk=half["person"], is_active=True).first() if lasts else None
    if person is None:
        return redirect("sign-in")
    if asks_for_options(request):
        return JsonResponse(factors.ask_passkey(person))
    form = SecondForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if trouble := second_trouble(request, person, form.cleaned_data):
            form.add_error("code", trouble)
        else:
            actions.enter(request, person, way=half["way"], at=timezone.now())
            return go_on(half["then"])
    return _page(request, "accounts/second.html", form, **second_ways(person))


def second_ways(person: Person) -> dict:
    return {
        "app": factors.app(person),
        "passkeys": factors.passkeys(person).exists(),
        "codes_left": factors.recovery_codes_left(person),
    }


def second_trouble(request, person: Person, told: dict) -> str:
    """Say what is wrong with a second factor; nothing when it fits."""
    if not throttle.may_try_second(request, person.pk):
        return (
            _("Too many tries. Wait 15 minutes, or use a passkey.")
            if not told["credential"]
            else _not_that_passkey()
        )
    if told["credential"]:
        try:
            factors.passkey_owner(told["credential"], person=person)
        except ValidationError:
            return _not_that_passkey()
    elif not factors.second_fits(person, told["code"]):
        return _(
            "That code didn’t match. Each code works once; the app shows a new one every 30 seconds."
        )
    throttle.SECOND.forgive(f"{person.pk} {throttle.network(request)}")
    return ""


def _not_that_passkey() -> str:
    return _("That passkey didn’t work here. Try again, or use another way.")


@public
@never_cache
@require_POST
def passkey(request) -> HttpResponse:
    """Give a question for a passkey, or take its answer. A passkey asks for finger, face or PIN: it is both factors in one."""
    if request.person:
        return go_on(wished(request))
    if not throttle.PASSKEY_BY_NETWORK.allows(throttle.network(request)):
        return redirect("sign-in")
    if asks_for_options(request):
        question = factors.ask_passkey()
        request.session.set_expiry(HALF_WAY)
        return JsonResponse(question)
    try:
        person = factors.passkey_owner(request.POST.get("credential", "")[:16_000])
    except ValidationError:
        form = AddressForm()
        return _page(
            request, "accounts/sign_in.html", form, status=200, passkey_trouble=_not_that_passkey()
        )
    actions.enter(request, person, way=SignIn.Way.PASSKEY, at=timezone.now())
    return go_on(wished(request))


def asks_for_options(request) -> bool:
    return request.method == "POST" and request.headers.get("Accept", "") == "application/json"


@public
@require_POST
def sign_out(request) -> HttpResponse:
    if request.person:
        actions.leave(request)
    return redirect(named("home"))


def _page(request, template: str, form, *, status: int = 200, **told) -> HttpResponse:
    then = wished(request)
    ways = {name: with_next(name, then) for name in ("sign-in", "sign-up", "sign-in-password")}
    return render(
        request,
        template,
        {
            "form": form,
            "next": then,
            "ways": {key.replace("-", "_"): ways[key] for key in ways},
            **told,
        },
        status=status,
    )
