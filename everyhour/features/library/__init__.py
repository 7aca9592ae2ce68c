"""The starter library as pages, to read when it is calm: practices, reframes, words and packs, and every edition of them."""
