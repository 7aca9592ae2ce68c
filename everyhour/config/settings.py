"""Settings, read from the environment. Every one must be in docs/operate/settings.md (tested)."""

import contextlib
import functools
import os
import secrets
from pathlib import Path

import dj_database_url
from django.utils.csp import CSP

from everyhour.foundation.lib import sealing, sqlite
from everyhour.foundation.lib.mailer import mailer

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent


def setting(name: str, default: str = "") -> str:
    return os.environ.get(f"EVERYHOUR_{name}", default)


def secret_key() -> str:
    """Return EVERYHOUR_SECRET_KEY, or a key stored in `keys`; created on first use, mode 600.

    If it cannot be stored, a new key is used until the process ends: crisis help must start.
    """
    if key := setting("SECRET_KEY"):
        return key
    path = KEYS / "secret-key"
    try:
        if not path.exists():
            sealing.keep_key(path, secrets.token_urlsafe(60).encode())
    except OSError:
        return secrets.token_urlsafe(60)
    return path.read_text() or secrets.token_urlsafe(60)


STATE = Path(setting("STATE", str(ROOT / "var"))).resolve()
DATA = STATE / "data"
KEYS = STATE / "keys"
CONTENT = Path(setting("CONTENT", str(ROOT / "content"))).resolve()

with contextlib.suppress(OSError):  # crisis help must start also on a full or read-only disk
    DATA.mkdir(parents=True, exist_ok=True)


@functools.cache
def MASTER_KEY() -> bytes:
    """Return the key that wraps every family's key; without it private texts cannot be read.

    Operators keep a copy apart from their backups.
    """
    return sealing.master_key(given=setting("MASTER_KEY"), path=KEYS / "master-key")


DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = setting("HOSTS", "localhost,127.0.0.1,[::1]").split(",")
COUNTRY = setting("COUNTRY").lower()  # its crisis lines come first; empty: those of all countries
SOURCE = setting("SOURCE")  # URL of this site's source code, which the licence requires to offer
MAINTENANCE = setting("MAINTENANCE") == "on"
# Whether calendars and push services may be in the server's own network.
PRIVATE_ADDRESSES = setting("PRIVATE_ADDRESSES") == "on"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "everyhour.foundation.ui",
    "everyhour.foundation.jobs",
    "everyhour.foundation.audit",
    "everyhour.foundation.notifications",
    "everyhour.foundation.accounts",
    "everyhour.foundation.submissions",
    "everyhour.domain.families",
    "everyhour.domain.practices",
    "everyhour.domain.rhythm",
    "everyhour.domain.moments",
    "everyhour.domain.recommendations",
    "everyhour.domain.nudges",
    "everyhour.features.now",
    "everyhour.features.moments",
    "everyhour.features.family",
    "everyhour.features.library",
    "everyhour.features.home",
    "everyhour.features.data_rights",
    "everyhour.features.helps",
    "everyhour.features.week",
    "everyhour.features.rhythm",
    "everyhour.features.nudges",
    "everyhour.features.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "everyhour.foundation.ui.middleware.quiet_headers",
    "everyhour.foundation.ui.middleware.maintenance",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "everyhour.foundation.ui.middleware.RemoveNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "everyhour.foundation.ui.kept.name_person",
    "everyhour.foundation.accounts.middleware.person",
    "everyhour.foundation.accounts.middleware.ClosedByDefault",
    "everyhour.domain.families.middleware.caregiver",
    "everyhour.foundation.submissions.middleware.once",
    "everyhour.foundation.ui.middleware.no_empty_page",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTH_USER_MODEL = "accounts.Person"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "everyhour.foundation.accounts.passwords.Uncommon"}]
PASSWORD_HASHERS = ["everyhour.foundation.accounts.hashers.Argon2"]
# Sentences about a family stay out of cookies.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# docs/adr/0012: allauth stores the factors; the pages are our own.
MFA_ADAPTER = "everyhour.foundation.accounts.adapter.Factors"
MFA_PASSKEY_LOGIN_ENABLED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the address is verified before the account is created
LOGIN_REDIRECT_URL = "today"
SIGN_UP_REDIRECT_URL = "start"
# Since the last visit; at most 180 days with visits (accounts.middleware).
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = setting("TLS") == "on"
CACHES = {
    "default": {
        "BACKEND": "everyhour.foundation.lib.counting_cache.CountingCache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },  # throttles
    "own": {
        "BACKEND": "everyhour.foundation.lib.counting_cache.CountingCache",
        "LOCATION": "own",
        "TIMEOUT": 86_400,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}
ROOT_URLCONF = "everyhour.config.urls"
WSGI_APPLICATION = "everyhour.config.wsgi.application"
TIMETABLE = "everyhour.config.timetable.TIMETABLE"
OPERATOR_NOTICES = "everyhour.config.operator_notices.NOTICES"
OPERATORS = setting("OPERATORS").lower().split()  # email addresses
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "everyhour.foundation.ui.context.page",
                "everyhour.features.moments.context.moments",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "everyhour.foundation.ui.templatetags.ui",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        setting("DATABASE", f"sqlite:///{DATA / 'everyhour.sqlite3'}"), conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": sqlite.pragmas(),
    }
    # A file, so that tests run with the same settings as production.
    DATABASES["default"]["TEST"] = {"NAME": DATA / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps connections open
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [
    (code, name)
    for code, name in (("en", "English"), ("es", "Español (Latinoamérica)"), ("ar", "العربية"))
    if code in setting("LANGUAGES", "en es").split()
]
LOCALE_PATHS = [PACKAGE / "foundation" / "ui" / "locale"]
FORMAT_MODULE_PATH = ["everyhour.foundation.ui.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

MAILERS = {"default": mailer(setting("MAIL"), folder=STATE / "mail")}
DEFAULT_FROM_EMAIL = setting("MAIL_FROM", "everyhour@localhost")
ADDRESS = setting("ADDRESS").rstrip("/")  # of this site; see foundation.lib.public_address
# Where the operator of a push service can write to.
PUSH_CONTACT = setting("PUSH_CONTACT", DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> "))
# Times the number of people; LETTERS_AN_HOUR was its name before 0.1.0.
NOTIFICATIONS_PER_HOUR = int(setting("NOTIFICATIONS_PER_HOUR", setting("LETTERS_AN_HOUR", "4")))
DIGEST = setting("DIGEST", "sunday 18:00")  # when unseen messages are mailed; empty: never

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STORAGES = {"staticfiles": {"BACKEND": "everyhour.foundation.ui.storage.Assets"}}

# No other origin, no inline code, no framing (TRUST.md row 19).
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["everyhour", "everyhour-parts"],
}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "everyhour.foundation.ui.views.forbidden"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = setting("TLS") == "on"
SECURE_HSTS_SECONDS = 31_536_000 if setting("TLS") == "on" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if setting("TLS") == "on" else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "everyhour": {"level": "INFO"},
        # Paths are private: a failing page logs its error, never its path.
        "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
