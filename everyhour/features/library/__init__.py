"""Pages of the starter library: practices, reframes, words and packs, with all editions."""
