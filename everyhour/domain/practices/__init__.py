"""The library: practices, reframes, words, packs and crisis lines, as files and as editions."""
