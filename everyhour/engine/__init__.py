"""Which brief moment, and with what probability. Plain values in and out; knows no Django, no clock, no dice."""

VERSION = "1.1"  # stands in every decision; goes up whenever the same values would be answered differently
