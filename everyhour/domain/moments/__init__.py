"""The log of moments: validation, merging, projection and sync of the changes phones send."""
