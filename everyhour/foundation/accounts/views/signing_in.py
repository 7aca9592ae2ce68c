"""Sign-in and sign-up: by email code, password or passkey, then the second factor if any."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.foundation.accounts import actions, codes, factors, mail, passwords, throttle
from everyhour.foundation.accounts.forms import (
    AddressForm,
    CodeForm,
    NameForm,
    PasswordForm,
    SecondForm,
    SignUpForm,
)
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.accounts.views.navigation import (
    next_page,
    page_url,
    redirect_onward,
    url_with_next,
)
from everyhour.foundation.lib.permissions import public

PENDING_SECONDS = 15 * 60


def signed_out_only(view):
    """Make a view public and uncached; send signed-in people onward."""

    @public
    @never_cache
    @require_http_methods(["GET", "POST"])
    def guarded(request, *args, **kwargs) -> HttpResponse:
        return (
            redirect_onward(next_page(request))
            if request.person
            else view(request, *args, **kwargs)
        )

    guarded.__name__ = view.__name__
    return guarded


@signed_out_only
def sign_in(request) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _mail_code(
            request,
            codes.CodeRequest("sign-in", form.cleaned_data["email"], then=next_page(request)),
            "accounts/sign_in.html",
            form,
        )
    return _page(request, "accounts/sign_in.html", form)


@signed_out_only
def sign_up(request) -> HttpResponse:
    """Ask for name and address; for the name alone when the address was just confirmed."""
    confirmed = request.session.get("confirmed") if request.COOKIES.get("sessionid") else None
    if confirmed and codes.is_current(
        confirmed["until"], PENDING_SECONDS, now=timezone.now().timestamp()
    ):
        return _sign_up_confirmed(request, confirmed)
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = codes.CodeRequest(
            "sign-up", data["email"], data["name"], data["zone"], next_page(request)
        )
        return _mail_code(request, asked, "accounts/sign_up.html", form)
    return _page(request, "accounts/sign_up.html", form)


def _sign_up_confirmed(request, confirmed: dict) -> HttpResponse:
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = codes.CodeRequest(
            "sign-up",
            confirmed["address"],
            form.cleaned_data["name"],
            form.cleaned_data["zone"],
            confirmed["then"],
        )
        return _create_account(request, asked)
    return _page(request, "accounts/sign_up.html", form, confirmed=confirmed["address"])


def _mail_code(request, asked: codes.CodeRequest, template: str, form) -> HttpResponse:
    """Email a code, the same to everyone: accounts are looked up only once it came back."""
    if not throttle.may_mail(request, asked.address):
        form.add_error(
            "email", _("We’ve sent you a few codes already. Check your email, or wait 15 minutes.")
        )
        return _page(request, template, form, status=429)
    code = codes.create(request, asked, now=timezone.now().timestamp())
    request.session.set_expiry(PENDING_SECONDS)
    if not mail.send_code(asked.address, code):
        form.add_error("email", _("We couldn’t send the email. Try again in a minute."))
        return _page(request, template, form, status=503)
    return redirect("confirm" if asked.purpose == "sign-up" else "sign-in-code")


@signed_out_only
def code(request) -> HttpResponse:
    now = timezone.now()
    asked = codes.pending(request, now=now.timestamp())
    if asked is None:
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        right = codes.check(request, form.cleaned_data["code"])
        if right:
            return _address_confirmed(request, asked)
        form.add_error("code", _code_error(right))
    return _page(request, "accounts/code.html", form, address=asked.address, purpose=asked.purpose)


def _code_error(right: bool | None) -> str:
    if right is None:
        return _("Too many tries for this code. Ask for a new one; this one no longer works.")
    return _("That isn’t the code we emailed. Check the newest email; the code has eight digits.")


def _address_confirmed(request, asked: codes.CodeRequest) -> HttpResponse:
    """Go on from a confirmed address: sign in, create the account, or offer one."""
    if asked.purpose == "sign-up":
        return _create_account(request, asked)
    if person := Person.objects.filter(email=asked.address, is_active=True).first():
        return sign_in_or_ask_second(request, person, way=SignIn.Way.CODE, then=asked.then)
    until = timezone.now().timestamp() + PENDING_SECONDS
    request.session["confirmed"] = {"address": asked.address, "then": asked.then, "until": until}
    return redirect("sign-up")


def _create_account(request, asked: codes.CodeRequest) -> HttpResponse:
    """Create an account; sign in to an existing one."""
    if person := Person.objects.filter(email=asked.address).first():
        return (
            sign_in_or_ask_second(request, person, way=SignIn.Way.CODE, then=asked.then)
            if person.is_active
            else redirect("sign-in")
        )
    at = timezone.now()
    person = actions.open_account(
        asked.address, name=asked.name, language=get_language() or "en", zone=asked.zone, at=at
    )
    actions.start_session(request, person, way=SignIn.Way.CODE, at=at)
    return redirect_onward(asked.then, new=True)


@signed_out_only
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
        elif person := passwords.authenticate(address, form.cleaned_data["password"]):
            throttle.PASSWORD.forgive(f"{address} {throttle.network(request)}")
            return sign_in_or_ask_second(
                request, person, way=SignIn.Way.PASSWORD, then=next_page(request)
            )
        else:
            form.add_error(
                "password",
                _("This address and password don’t match. You can use a code by email instead."),
            )
    return _page(request, "accounts/password.html", form, status=status)


def sign_in_or_ask_second(request, person: Person, *, way: str, then: str) -> HttpResponse:
    """Start a session, or ask for the second factor first."""
    at = timezone.now()
    if factors.requires_second_factor(person):
        request.session.cycle_key()
        request.session["half"] = {
            "person": person.pk,
            "way": way,
            "then": then,
            "until": at.timestamp() + PENDING_SECONDS,
        }
        request.session.set_expiry(PENDING_SECONDS)
        return redirect("sign-in-second")
    actions.start_session(request, person, way=way, at=at)
    return redirect_onward(then)


@signed_out_only
def second(request) -> HttpResponse:
    half = (request.session.get("half") if request.COOKIES.get("sessionid") else None) or {
        "person": "",
        "until": 0,
    }
    lasts = codes.is_current(half["until"], PENDING_SECONDS, now=timezone.now().timestamp())
    person = Person.objects.filter(pk=half["person"], is_active=True).first() if lasts else None
    if person is None:
        return redirect("sign-in")
    if wants_passkey_options(request):
        return JsonResponse(factors.begin_passkey_sign_in(person))
    form = SecondForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if trouble := second_factor_error(request, person, form.cleaned_data):
            form.add_error("code", trouble)
        else:
            actions.start_session(request, person, way=half["way"], at=timezone.now())
            return redirect_onward(half["then"])
    return _page(request, "accounts/second.html", form, **second_factor_options(person))


def second_factor_options(person: Person) -> dict:
    return {
        "app": factors.app(person),
        "passkeys": factors.passkeys(person).exists(),
        "codes_left": factors.recovery_codes_left(person),
    }


def second_factor_error(request, person: Person, data: dict) -> str:
    """Return what is wrong with a second factor; "" when it is right."""
    if not throttle.may_try_second(request, person.pk):
        return (
            _("Too many tries. Wait 15 minutes, or use a passkey.")
            if not data["credential"]
            else _passkey_error()
        )
    if data["credential"]:
        try:
            factors.verify_passkey(data["credential"], person=person)
        except ValidationError:
            return _passkey_error()
    elif not factors.check_second_factor(person, data["code"]):
        return _(
            "That code didn’t match. "
            "Each code works once; the app shows a new one every 30 seconds."
        )
    throttle.SECOND.forgive(f"{person.pk} {throttle.network(request)}")
    return ""


def _passkey_error() -> str:
    return _("That passkey didn’t work here. Try again, or use another way.")


@public
@never_cache
@require_POST
def passkey(request) -> HttpResponse:
    """Return a passkey challenge, or check a response. A passkey is both factors in one."""
    if request.person:
        return redirect_onward(next_page(request))
    if not throttle.PASSKEY_BY_NETWORK.allows(throttle.network(request)):
        return redirect("sign-in")
    if wants_passkey_options(request):
        question = factors.begin_passkey_sign_in()
        request.session.set_expiry(PENDING_SECONDS)
        return JsonResponse(question)
    try:
        person = factors.verify_passkey(request.POST.get("credential", "")[:16_000])
    except ValidationError:
        form = AddressForm()
        return _page(
            request, "accounts/sign_in.html", form, status=200, passkey_trouble=_passkey_error()
        )
    actions.start_session(request, person, way=SignIn.Way.PASSKEY, at=timezone.now())
    return redirect_onward(next_page(request))


def wants_passkey_options(request) -> bool:
    return request.method == "POST" and request.headers.get("Accept", "") == "application/json"


@public
@require_POST
def sign_out(request) -> HttpResponse:
    if request.person:
        actions.end_session(request)
    return redirect(next_page(request) or page_url("home"))


def _page(request, template: str, form, *, status: int = 200, **context) -> HttpResponse:
    then = next_page(request)
    ways = {name: url_with_next(name, then) for name in ("sign-in", "sign-up", "sign-in-password")}
    return render(
        request,
        template,
        {
            "form": form,
            "next": then,
            "ways": {key.replace("-", "_"): ways[key] for key in ways},
            **context,
        },
        status=status,
    )
