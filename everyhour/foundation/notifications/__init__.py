"""Notifications to people by push and mail, with a time to send and a time to expire."""
