"""What helps, and who is around: counts of the family's own taps."""
