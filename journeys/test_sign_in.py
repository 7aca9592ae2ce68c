"""Creating an account and signing in: by emailed code, passkey and authenticator app."""

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

from journeys.steps import find_clipped_text
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
    """Compute a code as an authenticator app does (RFC 6238)."""
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


def sign_in_with_code(page: Page, server: Server, address: str) -> None:
    page.goto("/en/sign-in/")
    page.get_by_role("textbox", name="Email address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    type_code(page, server, address)


@pytest.fixture
def passkey_phone(visit):
    """A function that opens a page on a phone with a fingerprint reader that accepts."""

    def open_page() -> Page:
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

    return open_page


@pytest.mark.database
def test_emailed_code_creates_the_account_and_signs_in_again(visit, server):
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


def test_passkey_signs_in_and_serves_as_second_factor(passkey_phone, server):
    page = passkey_phone()
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
    sign_in_with_code(page, server, "passkey@example.org")
    page.wait_for_url("**/second/")
    expect(page.locator("h1")).to_contain_text("One more step, to check it’s you")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(IN)


def test_authenticator_code_is_required_after_the_emailed_code(visit, server):
    page = visit.page(service_workers="block")
    make_account(page, server, "app@example.org")
    page.goto("/en/account/second-factor/")
    secret = page.locator("[data-secret]").inner_text()
    expect(page.locator(".qr svg")).to_be_visible()
    assert find_clipped_text(page) == []
    page.get_by_label("Six digits from the app").fill(app_code(secret))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Make ten new codes").click()
    spare = page.locator(".codes li").first.inner_text()
    sign_out(page)

    sign_in_with_code(page, server, "app@example.org")
    page.wait_for_url("**/second/")
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").first).to_contain_text("That code didn’t match.")
    page.get_by_role("textbox", name="Code").fill(spare)
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url(IN)


@pytest.mark.database
def test_sign_out_everywhere_else_ends_the_other_session(visit, server):
    here, other = visit.page(service_workers="block"), visit.page(service_workers="block")
    make_account(here, server, "two@example.org")
    sign_in_with_code(other, server, "two@example.org")
    other.wait_for_url(IN)

    here.goto("/en/account/sessions/")
    expect(here.locator("main .rows > li")).to_have_count(2)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.locator("main .rows > li")).to_have_count(1)
    other.goto("/en/account/")

    expect(other).to_have_url(re.compile("/en/sign-in/"))
