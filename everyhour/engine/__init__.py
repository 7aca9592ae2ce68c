"""Which brief moment, and with what probability. Plain values in and out; knows no Django, no clock, no dice."""
