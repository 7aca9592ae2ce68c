"""Performance measurements, one per module, run by `python -m bench`."""
