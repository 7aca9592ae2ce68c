"""A family sets itself up, and says who belongs to it and who sees what."""
