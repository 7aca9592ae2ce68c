"""Pages of the library: practices, cards for caregivers, reframes, words and packs."""
