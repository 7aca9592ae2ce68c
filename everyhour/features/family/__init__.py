"""Setting up a family: its people and children, and who sees what."""
