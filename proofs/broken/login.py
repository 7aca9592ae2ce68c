"""Settings in which only people who signed in are shown the way to crisis help."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.login"]
