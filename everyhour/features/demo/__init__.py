"""Invented families with eight weeks of history, so that every page can be seen full. `make demo` makes them."""
