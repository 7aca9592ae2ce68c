"""Usual days: parts, hard times, seasons, two homes, calendars, and planned small moments."""
