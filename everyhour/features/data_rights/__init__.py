"""Going, and taking everything along: export, import, erasure."""
