"""What Everyhour knows: practices, and the moments they are given in."""
