"""The first screen, and what we say of ourselves."""
