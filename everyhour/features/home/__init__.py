"""The home page, Today and the about page."""
