"""Which brief practice to suggest, and with what probability; no Django, clock or global state."""

VERSION = "1.1"  # recorded in every decision; raise it when results change
