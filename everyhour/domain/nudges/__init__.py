"""Bringing a small moment to mind a little before a hard part of the day: planned once a day, judged again before it leaves."""
