"""Stories of what a person does, in a real browser, against the real server."""
