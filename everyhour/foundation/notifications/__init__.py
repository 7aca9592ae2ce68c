"""One way to reach somebody: letters with a time they may leave and a time they must have left by, over channels."""
