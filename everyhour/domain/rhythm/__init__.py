"""The day as a family lives it: its parts, which of them are hard, seasons, two homes, calendars, and moments planned into it."""
