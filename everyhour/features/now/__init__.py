"""Help in the hard minute: one tap, also offline."""
