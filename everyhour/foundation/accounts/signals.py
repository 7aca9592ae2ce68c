"""What accounts announce to the rooms above and beside them."""

from django.dispatch import Signal

# Every session of `person` but `kept` (a session key, or "") was ended. Live streams listen, and close theirs at once.
signed_out_everywhere = Signal()
