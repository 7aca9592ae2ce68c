"""Right now: help in a hard minute, online and offline."""
