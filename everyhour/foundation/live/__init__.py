"""Live events: open pages learn at once that something changed, by kinds and ids only."""
