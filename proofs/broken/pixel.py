"""Settings that count visits with somebody else’s picture, and open the policy for it."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE, SECURE_CSP

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.pixel"]
SECURE_CSP = {**SECURE_CSP, "img-src": [*SECURE_CSP["img-src"], "http://pixel.invalid"]}
