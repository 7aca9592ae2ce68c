"""Small tools without models."""
