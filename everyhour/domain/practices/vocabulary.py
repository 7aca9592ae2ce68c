"""The vocabularies that content files and pages use (DOMAIN.md, section 10)."""

STATES = ("calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown")
# Who a caregiver is to the child (families.models.Caregiver.Relation); a card may be for some.
RELATIONS = (
    *("parent", "step_parent", "foster_carer", "grandparent", "relative"),
    *("neighbour", "babysitter", "teacher", "friend", "other"),
)
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
CAREGIVER_STATES = ("steady", "stretched", "wound_up", "flooded", "numb")
SITUATIONS = [
    "homework",
    "mealtime",
    "screens",
    "sibling",
    "leaving",
    "car",
    "bedtime",
    "after_school",
    "waking",
    "dressing",
    "teeth",
    "pyjamas",
    "bath",
    "night",
    "school_drop",
    "chores",
    "waiting",
    "visit",
    "goodbye",
    "party",
    "public",
    "being_hit",
    "dying",
    "gone",
    "school_refusal",
    "cancelled_visit",
    "moving",
    "repair",
]
# A life may be in danger: the number to call stands beside what to do.
DANGER_STATES = ("fear", "terror", "shutdown")
DANGER_SITUATIONS = ("being_hit", "dying", "gone")
DANGER_CAUTIONS = ("medical", "no_restraint")  # of a card for the caregiver
# Kinds of help, as in engine.values.
WHAT_HELPS = ("closeness", "heavy_work", "movement", "rhythm", "senses", "own_calm")
PATHS = ("relational", "bottom_up", "top_down", "disengage")
SENSES = (
    "proprioceptive",
    "vestibular",
    "oral",
    "tactile",
    "auditory",
    "visual",
    "interoceptive",
    "smell_taste",
)
ENERGIES = ("up", "down", "steady")
TOUCHES = ("none", "optional", "needed")
CAUTIONS = [
    "choking",
    "balloon",
    "small_parts",
    "deep_pressure",
    "weight",
    "touch_consent",
    "no_restraint",
    "vestibular",
    "heat",
    "allergy",
    "breath",
    "fall",
    "competition",
    "driver",
    "noise",
    "animal",
    "medical",
    "water",
    "tools",
    "road",
    "dark",
    "promise",
]
# What a family can say of a child's body. A practice names it in `works_for` when its steps fit as
# they are; a section of this name holds another way; without either it is not offered.
BODIES = ("seated", "deaf", "few_words", "blind", "senses")
PLACES = ("home", "car", "outdoors", "school", "out")
EVIDENCE = ("A", "B", "C", "D")

# The most words a caregiver is asked to say, by the state of the child (DOMAIN.md 1.6).
WORDS_TO_SAY = {
    "calm": 25,
    "alert": 20,
    "drifting": 12,
    "alarm": 9,
    "shutdown": 6,
    "fear": 4,
    "terror": 3,
}
TRANSLATION_SLACK = 2
WORDS_IN_A_STEP = 12
STEPS_AT_MOST = 5

# Folder of content files -> kind of item.
KINDS = {
    "activities": "activity",
    "caregiver": "caregiver",
    "reframes": "reframe",
    "words": "words",
    "packs": "pack",
    "crisis-lines": "crisis_lines",
}
