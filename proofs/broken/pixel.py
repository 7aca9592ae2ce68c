"""Settings with a tracking pixel of another company, and a policy that allows it."""

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import MIDDLEWARE, SECURE_CSP

MIDDLEWARE = [*MIDDLEWARE, "proofs.broken.middleware.pixel"]
SECURE_CSP = {**SECURE_CSP, "img-src": [*SECURE_CSP["img-src"], "http://pixel.invalid"]}
