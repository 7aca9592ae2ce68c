"""Settings that set the CSRF cookie on every page, also where there is no form."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.token"]
