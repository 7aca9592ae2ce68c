"""The pages of usual days, one module per subject."""
