"""Invented families with eight weeks of history (`make demo`)."""
