"""An invented, seeded world of families, and policies living in it. No number here is a finding about real families."""
