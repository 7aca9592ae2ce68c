"""Pages of the family package, one module per subject."""
