"""Words for outcome, situation and state in quick entry, English and Spanish side by side."""

END = r"(?= (?:[,.;!?¦)]|and|but|so|y|pero|then|luego|after|in|en|quickly|fast|rapido)|$)"
CHILD_BEFORE = (
    r"(?:(?:s?he|they|it|that|wren|kid|baby|ya|y|and|but|pero|eso|really|finally|al final"
    r"|por fin) )?"
)
A_LOT = (
    r"(?: (?:a lot|so much|really well|well|great|perfectly|like magic|mucho|muchisimo|super"
    r"|bien|rapido|por fin))?"
)
# Outcomes that did not help come first: “not settled” is not “settled”.
OUTCOMES = {
    "unsafe": r"(?:(?:it|things) )?(?:got|became|was|turned) unsafe"
    r"|(?:la cosa )?se puso peligros[oa]",
    "not_yet": r"not yet|(?:(?:it|that) )?(?:didnt|did not|did nt|didn t|doesnt"
    r"|no) (?:really )?(?:help|work|settle|calm)(?:ed)?"
    r"(?: (?:down|at all|much|this time))?|not (?:settled|calm)(?: yet)?|still (?:upset"
    r"|screaming|crying)"
    r"|todavia no|aun no|no (?:le )?(?:ayudo|funciono|sirvio)(?: (?:nada|mucho|para nada))?"
    r"|no se (?:calmo|tranquilizo)",
    "a_bit": r"(?:(?:it )?(?:helped|settled|calmed|worked|better) )?a (?:little bit|bit"
    r"|little)(?: better| calmer)?"
    + END
    + r"|(?:(?:it )?(?:kind of|kinda|sort of) (?:helped|worked))"
    r"|(?:(?:le |se |me )?(?:calmo|ayudo|tranquilizo|funciono|mejor) )?un (?:poco"
    r"|poquito)(?: mejor)?" + END + r"|mas o menos(?: ayudo)?" + END,
    "settled": rf"{CHILD_BEFORE}(?:settled|calmed)(?: (?:right )?down)?{END}"
    rf"|{CHILD_BEFORE}(?:helped|worked){A_LOT}{END}"
    rf"|{CHILD_BEFORE}(?:was |got |felt |is |much |so much |a lot )*(?:better|calmer){END}"
    rf"|{CHILD_BEFORE}(?:se (?:calmo|tranquilizo)|(?:le |me )?(?:ayudo|funciono"
    rf"|sirvio)){A_LOT}{END}"
    rf"|(?:mucho |quedo )?mejor{END}",
}
STATES = {
    "shutdown": r"(?:(?:s?he )?(?:was|is) )?shut ?down|se (?:apago|bloqueo)|apagad[oa]",
    "alarm": r"(?:(?:s?he )?(?:was|is) )?wound up|(?:mid |during (?:a |the )?|after (?:a |the )?"
    r"|big )?(?:melt(?:ing)? ?down|tantrum)"
    r"|(?:estaba )?a mil|(?:en (?:pleno|medio de(?:l| un)) )?berrinche|(?:durante (?:el"
    r"|un) )?rabieta",
    "alert": r"(?:(?:s?he )?(?:was|is) )?restless|(?:estaba )?inquiet[oa]",
    "drifting": r"drift(?:ed|ing) off|se fue lejos",
}
SITUATIONS = {
    "homework": r"homework|tareas?|deberes",
    "screens": r"screens?|screen time|tablet|ipad|pantallas?",
    "bath": r"bath(?:time| time)?|bano|banera|tina|ban[eo]|banarl[oae]s?|banamos",
    "teeth": r"teeth|dientes",
    "car": r"in the (?:car|van)|car ride|en el (?:auto|carro|coche)",
    "sibling": r"(?:(?:his|her|their|su) )(?:sister|brother|sibling|herman[oa])s?|siblings?",
    "night": r"nightmare|pesadilla",
    "mealtime": r"dinner|breakfast|lunch|supper|cena|desayuno|almuerzo",
    "bedtime": r"bedtime|bed time|acostarse|la hora de dormir",
}
EVENING = (
    r"bath(?:time)?|(?:to|before) bed|bedtime|dinner|supper|pajamas?|pjs|pyjamas?|bedtime story"
    r"|lullaby|"
    r"bano|banera|tina|ban[eo]|banarl[oae]s?|banamos|cena|cenamos|acost\w+|dormir\w*|cuento"
    r"|pijamas?|nana|stars|"
    r"estrellas|movie|pelicula|tucked|sleep|asleep|durmio"
)
MORNING = (
    r"breakfast|desayun\w*|woke|waking|wake|desperto|despertar|levant\w+|sunrise|school run|"
    r"drop ?off|before school|lonchera|lunchbox|commute"
)
FUTURE = (
    r"(?:i|we|he|she|they|you|it|lets|wren) (?:will|ll)|(?:ill|well|hell|shell"
    r"|theyll) (?!be that)|gonna|"
    r"(?:am|is|are|im|were) going to(?! (?:bed|sleep|school|the|work))|going to (?:do|take|have"
    r"|bake|read|play|try|give|make)|"
    r"plan(?:ning)? (?:to|on)|remind me|remember to|have to|"
    r"(?:voy|va|vamos|van) a(?! (?:la|el|dormir se))(?= [a-z]+[aei]r)|vamos a|hay que"
    r"|recordar(?:me)?|recuerdame|acordarme|"
    r"tenemos que|tengo que|planear|planificar"
)
# Small words that are left hanging once what stood beside them is taken out.
LOOSE = (
    r"(?:and|y|at|on|in|el|la|las|a|an|then|luego|was|it|to|for|con|with|around|about|from|by|de|"
    r"del|en|por|the|of|como|fue|eso|during|while|durante|desde|like|maybe|para|or so|so|que|"
    r"also|un|una|e|pero|but|plus|after|before|ya)"
)
