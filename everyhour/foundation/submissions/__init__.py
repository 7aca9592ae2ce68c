"""Forms that arrive once, also when a phone sends them again (docs/adr/0028)."""
