"""Signals of moments; upper layers connect in their `apps.py`."""

from django.dispatch import Signal

moments_changed = Signal()  # after the commit, with `family` (its id) and `moments` (their ids)
