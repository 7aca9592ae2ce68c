"""Nudges: reminders of a small moment before a hard part of the day, planned once per day."""
