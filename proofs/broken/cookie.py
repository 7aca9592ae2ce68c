"""Settings that give every visitor a number."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.cookie"]
