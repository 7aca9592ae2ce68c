"""Settings that set a cookie for every visitor."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.cookie"]
