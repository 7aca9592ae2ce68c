"""Practices: what one can do, say and see. Files a clinician can edit, kept as editions that never change."""
