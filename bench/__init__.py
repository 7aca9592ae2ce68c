"""How fast, how light, how small: each measurement in a module of its own, composed by `python -m bench`."""
