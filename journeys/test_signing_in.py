"""Somebody makes an account on a phone, and comes back: by code, by passkey, with an authenticator app."""

import base64
import email
import email.policy
import hashlib
import hmac
import re
import struct
import time
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import lost_words
from testing.server import Server

IN = re.compile(r"/en/(?!sign-)")
CODE_SUBJECT = "A code for you"


def read_mail(server: Server, address: str) -> list[EmailMessage]:
    """Return the mail sent to an address, oldest first.

    File names carry whole seconds, so the time of writing orders them; one file may hold several.
    """
    files = sorted((server.state / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    parts = [
        part
        for file in files
        for part in re.split(rb"\n-{79}\n", file.read_bytes())
        if part.strip()
    ]
    mails = [email.message_from_bytes(part, policy=email.policy.default) for part in parts]
    return [mail for mail in mails if mail["to"] == address]


def code_for(server: Server, address: str) -> str:
    codes = [mail for mail in read_mail(server, address) if mail["subject"] == CODE_SUBJECT]
    return re.search(r"\d{4} \d{4}", codes[-1].get_content())[0]


def app_code(secret: str) -> str:
    """Make a code as an authenticator app does (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def make_account(page: Page, server: Server, address: str) -> None:
    page.goto("/en/sign-up/")
    page.get_by_label("Your name", exact=True).fill("Ada")
    page.get_by_role("textbox", name="Email address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    type_code(page, server, address)
    page.wait_for_url(IN)


def type_code(page: Page, server: Server, address: str) -> None:
    page.wait_for_url("**/code/")
    page.get_by_role("textbox", name="Code").fill(code_for(server, address))
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.goto("/en/account/")
    page.get_by_role("button", name="Sign out on this device").click()
    page.wait_for_url(re.compile(r"/en/$"))


def ask_for_code(page: Page, server: Server, address: str) -> None:
    page.goto("/en/sign-in/")
    page.get_by_role("textbox", name="Email address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    type_code(page, server, address)


@pytest.fixture
def keyring(visit):
    """Gives a page on a phone that has a fingerprint reader, and says yes."""

    def hold() -> Page:
        page = visit.page(service_workers="block", timezone_id="Europe/Lisbon")
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        able = {
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {"protocol": "ctap2", "transport": "internal", **able}},
        )
        return page

    return hold


@pytest.mark.database
def test_a_code_by_mail_makes_the_account_and_opens_it_again(visit, server):
    page = visit.page(service_workers="block", timezone_id="America/Denver")
    make_account(page, server, "code@example.org")
    page.goto("/en/account/")
    expect(page.locator("main")).to_contain_text("America/Denver")
    expect(page.get_by_label("Your name", exact=True)).to_have_value("Ada")
    sign_out(page)

    page.goto("/en/account/")
    expect(page).to_have_url(re.compile(r"/en/sign-in/\?next=%2Fen%2Faccount%2F"))
    page.get_by_role("textbox", name="Email address").fill("code@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("textbox", name="Code").fill("1111 1111")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("That isn’t the code we emailed.")
    type_code(page, server, "code@example.org")

    expect(page).to_have_url(re.compile(r"/en/account/$"))
    assert {mail["subject"] for mail in read_mail(server, "code@example.org")} == {CODE_SUBJECT}


def test_a_passkey_opens_the_account_with_a_finger(keyring, server):
    page = keyring()
    make_account(page, server, "passkey@example.org")
    page.goto("/en/account/passkeys/")
    page.get_by_label("Name this passkey").fill("My phone")
    page.get_by_role("button", name="Add a passkey on this device").click()
    expect(page).to_have_url(re.compile("recovery-codes"))
    page.get_by_role("button", name="Make ten new codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I’ve saved them").click()
    sign_out(page)

    page.goto("/en/sign-in/?next=/en/account/passkeys/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(re.compile("/en/account/passkeys/"))
    expect(page.locator("main")).to_contain_text("My phone")
    sign_out(page)
    ask_for_code(page, server, "passkey@example.org")
    page.wait_for_url("**/second/")
    expect(page.locator("h1")).to_contain_text("One more step, to check it’s you")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(IN)


def test_an_authenticator_app_is_asked_after_the_code(visit, server):
    page = visit.page(service_workers="block")
    make_account(page, server, "app@example.org")
    page.goto("/en/account/second-factor/")
    secret = page.locator("[data-secret]").inner_text()
    expect(page.locator(".qr svg")).to_be_visible()
    assert lost_words(page) == []
    page.get_by_label("Six digits from the app").fill(app_code(secret))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Make ten new codes").click()
    spare = page.locator(".codes li").first.inner_text()
    sign_out(page)

    ask_for_code(page, server, "app@example.org")
    page.wait_for_url("**/second/")
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").first).to_contain_text("That code didn’t match.")
    page.get_by_role("textbox", name="Code").fill(spare)
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url(IN)


@pytest.mark.database
def test_signing_out_everywhere_else_closes_the_other_phone(visit, server):
    here, other = visit.page(service_workers="block"), visit.page(service_workers="block")
    make_account(here, server, "two@example.org")
    ask_for_code(other, server, "two@example.org")
    other.wait_for_url(IN)

    here.goto("/en/account/sessions/")
    expect(here.locator("main .rows > li")).to_have_count(2)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.locator("main .rows > li")).to_have_count(1)
    other.goto("/en/account/")

    expect(other).to_have_url(re.compile("/en/sign-in/"))
