"""Everyhour: help in the hard minute, for families healing at home."""

__version__ = "0.1.0"
