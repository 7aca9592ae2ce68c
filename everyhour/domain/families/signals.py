"""Signals that families send to the layers above."""

from django.dispatch import Signal

# Sent after the commit with `people`, ids of persons whose access changed: receivers that keep a
# connection open to one of them close it.
access_changed = Signal()
