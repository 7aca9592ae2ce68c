"""A seeded simulation of families and policies. No number here is a finding about real families."""
