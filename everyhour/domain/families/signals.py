"""What a family tells the floors above."""

from django.dispatch import Signal

# After the commit: what these people may see has changed (kwargs: `people`, ids of persons); whoever keeps a line open to them closes it.
access_changed = Signal()
