"""Settings with a middleware that fails on every request."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.raising"]
