"""Quick entry: a moment from one typed or spoken line."""

from everyhour.domain.moments.quick_entry.reading import LONGEST, Entry, read

__all__ = ["LONGEST", "Entry", "read"]
