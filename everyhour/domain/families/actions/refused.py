"""What cannot be done, said so that a person knows what to do instead."""


class Refused(Exception):
    """What was asked cannot be; the message is for people: why, and what is possible instead."""
