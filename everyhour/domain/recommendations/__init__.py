"""What to offer, and when: decisions, training, availability, and the offline bundle."""
