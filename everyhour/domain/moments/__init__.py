"""Moments: from an offer to its outcome. `advisor` is the only door to the engine; `pocket` builds what a phone carries."""
