"""The shelves of the library, and the kind of item on each."""

SHELVES = {
    "practices": "activity",
    "for-you": "caregiver",
    "new-eyes": "reframe",
    "words": "words",
    "routines": "pack",
}
SHELF_OF = {kind: shelf for shelf, kind in SHELVES.items()}
