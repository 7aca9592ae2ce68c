"""What helps, and who is around: honest counts of what the family tapped itself."""
