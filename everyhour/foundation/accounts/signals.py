"""Signals of accounts."""

from django.dispatch import Signal

# Every session of `person` except `kept` (a session key, or "") has ended.
# Live streams listen, and close theirs at once.
signed_out_everywhere = Signal()
