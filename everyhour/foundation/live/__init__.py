"""Live: open pages hear at once that something changed. They hear kinds and ids, never what was written."""
