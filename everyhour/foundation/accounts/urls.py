from django.urls import path

from everyhour.foundation.accounts.views import account, factors, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/code/", signing_in.code, name="sign-in-code"),
    path("sign-in/password/", signing_in.password, name="sign-in-password"),
    path("sign-in/passkey/", signing_in.passkey, name="sign-in-passkey"),
    path("sign-in/second/", signing_in.second, name="sign-in-second"),
    path("sign-up/", signing_in.sign_up, name="sign-up"),
    path("sign-up/code/", signing_in.code, name="confirm"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="account-language"),
    path("account/zone/", account.zone, name="account-zone"),
    path("account/address/", account.address, name="account-address"),
    path("account/address/code/", account.address_code, name="account-address-code"),
    path("account/password/", account.password, name="account-password"),
    path("account/passkeys/", factors.passkeys, name="account-passkeys"),
    path("account/passkeys/<int:number>/end/", factors.passkey_end, name="account-passkey-end"),
    path("account/second-factor/", factors.second_factor, name="account-second-factor"),
    path("account/recovery-codes/", factors.recovery_codes, name="account-recovery-codes"),
    path("account/sessions/", account.sessions, name="account-sessions"),
    path("account/sessions/<int:number>/end/", account.session_end, name="account-session-end"),
    path("account/again/", factors.again, name="account-again"),
]
