"""Whom a moment was for: a child by name, me, us, or time with a professional. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from everyhour.domain.moments.quick_entry.line import Line, fold

CHILD, ME, US, PROFESSIONAL, UNSAID = "child", "me", "us", "professional", ""


@dataclass(frozen=True)
class Whom:
    """Whom a line names: what kind, which children, and which caregiver, if any."""

    whom: str = UNSAID
    children: tuple[str, ...] = ()
    giver: str = ""


WITH_PROFESSIONAL = (
    r"with (?:the |our |her |his |their |my |wrens )?(?:\w+ )?(?:therapist|counselor|counsellor"
    r"|psychologist|social worker|ot|slp)"
    r"|(?:in |at |went to |during )?(?:\w+ )?therapy(?! dog)|(?:ot|slp|counseling"
    r"|emdr) (?:session|appointment)"
    r"|(?:therapist|psychologist|counselor) (?:session|visit|appointment)"
    r"|con (?:la |el |nuestra |nuestro |su |mi )?(?:terapeuta|psicolog[oa]|fonoaudiolog[oa]"
    r"|trabajadora social|logopeda|terapista)"
    r"|(?:en |fuimos a |sesion de |hora de )?(?:la )?terapia(?: ocupacional| de lenguaje"
    r"| de juego)?|cita con (?:la|el) psicolog[oa]"
    r"|sesion con"
)
OF_CHILDREN = (
    r"(?:kids|children|boys|girls|twins|ninos|ninas|chicos|chicas|hijos|hijas|peques|pequenos"
    r"|nenes|nenas|gemel[oa]s|mellizos)"
)
ALL = (
    rf"both(?: (?:of )?(?:the |my |our )?{OF_CHILDREN}?)?|(?:the|my|our|all the"
    rf"|all my) {OF_CHILDREN}|the (?:2|two) of them"
    rf"|(?:all|everyone|everybody)|(?:a )?los 2(?: {OF_CHILDREN})?|(?:con |para "
    rf"|a )?las 2 {OF_CHILDREN}|(?:con|para) las 2|amb[oa]s"
    rf"|(?:a |con )?(?:los|las|mis|nuestros|nuestras) {OF_CHILDREN}|tod[oa]s"
)
A_CHILD = (
    r"my (?:son|daughter|boy|girl|kid|kiddo|baby|toddler|little one|child|oldest|youngest)"
    r"|the (?:baby|boy|girl|kid|little one)|kiddo|baby"
    r"|mi (?:hij[oa]|nin[oa]|nen[ea]|bebe|peque|chiquit[oa]|pequen[oa])|(?:el|la|al) (?:nin[oa]"
    r"|nen[ea]|bebe|peque|chiquit[oa]|pequen[oa])"
    r"|her|him|she|he|them|they|his|ella|ellos|ellas|su"
)
# “lo mecí”, “le canté”, “abrazarla”: Spanish says the child in one small word.
TO_A_CHILD = (
    r"(?:lo|la|los|las|le|les) (?!(?:de|que|la|el|mejor|del|al|mismo|noche|manana|tarde|una?"
    r"|\d)\b)[a-z]+(?:e|i|amos|imos|o|aba|io)(?! de)"
    r"|[a-z]+(?:ar|er|ir|ando|iendo)(?:lo|la|le|los|las|les)|se (?:durmio|calmo|desperto|rio"
    r"|acosto|quedo|lavo|puso)"
)
FOR_ME = (
    r"(?:just |only |all |something |time |a moment |a minute |a little time |some )*for (?:me"
    r"|myself)(?: time)?|me time|"
    r"just me|by myself|on my own|all alone|my own(?! (?:child|kid|kids|son))|to myself|myself|"
    r"(?:solo |un rato |algo |rato |tiempo |un momento |un ratito )*para mi(?: (?:sol[oa]"
    r"|mism[oa]))?"
    r"|yo sol(?:[oa]|it[oa])|a solas conmigo|conmigo mism[oa]|mi (?:propi[oa]|cafe|te|siesta"
    r"|bano|ducha|caminata|libro|desayuno|serie|rato)"
)
ALONE = r"alone(?! with)|sol(?:a|o|ita|ito)"
OTHER_ADULT = (
    r"(?:my|a|an old|my best) (?:\w+ )?(?:sister|mom|mum|mother|dad|father|friend|friends"
    r"|partner|husband|wife|cousin|aunt|neighbor|neighbour|boss|bestie|sponsor|brother)"
    r"|(?:a |con )?(?:mi|una|un|mis) (?:herman[oa]|mama|papa|mami|papi|amig[oa]s?|pareja"
    r"|espos[oa]|marido|prim[oa]|tia|vecina|comadre|suegra|novi[oa])"
)
TALKED = (
    r"called|texted|phoned|rang|facetimed|talked (?:to|with)|chatted with|spoke (?:to|with)|met"
    r"|coffee with|lunch with|dinner with|"
    r"walk with|vented to|cried with|llame|hable con|platique con|charle con|escribi|me vi con"
    r"|cafe con|cene con|sali con|desahogue con"
)
TO_ME = (
    r"(?:hugged|held|told|made|brought|gave|helped|let|rubbed|massaged|covered for|listened to"
    r"|called|texted) me"
    r"|me (?:abrazo|trajo|preparo|hizo|ayudo|dio|escucho|cubrio|llamo|dejo|acompano|masajeo"
    r"|cocino|regalo|sobo)"
    r"|(?:rubbed|massaged) my (?:feet|back|shoulders|neck)"
)
I_DID = (
    r"had a (?:good )?cry|(?:i|ive|ive just|i just|just|finally|i finally|i even"
    r"|i actually) (?:had|drank|ate|napped|slept|showered|ran|jogged|walked|cried|meditated"
    r"|stretched|journaled|prayed|"
    r"lay|laid|rested|breathed|exercised|worked out|did yoga|went|took (?:a|an|my|some|5|10)"
    r"|got (?:a|my|some|out|coffee)|sat (?:down|outside|in|on)|"
    r"stepped (?:out|outside)|watched|drew a bath|bought|painted|knitted|gardened|danced"
    r"|listened|swam|read (?:a|my|in)|turned off|put my|closed my|washed my|did my|did some"
    r"|wrote)"
    r"|(?:i will|ill|i want to|im gonna|(?:im|i am) going to|i need to|i get to) (?:take|have|go"
    r"|call|rest|nap|sleep|lie|sit|drink|run)"
    r"|me voy a|(?:voy a|quiero|necesito) (?:tomar|dormir|descansar|salir|ducharme|banarme"
    r"|acostarme|respirar)"
    r"|my (?:coffee|tea|book|walk|run|nap|shower|bath|show|yoga|breath|lunch|breakfast|dinner"
    r"|garden|music|podcast|journal|hair|nails|friends)"
    r"|me (?:tome|comi|duche|bane|acoste|sente|dormi|di|fui|quede|meti|puse|regale|levante|pinte"
    r"|compre|escape|encerre|relaje|estire|recoste|tire|arregle|lave|eche|prepare|hice|vi|lei"
    r"|escondi)"
    r"|(?:tome|bebi|dormi|camine|corri|llore|medite|rece|respire|descanse|sali|estire|desayune"
    r"|cene|almorce|nade|baile|teji|pinte)"
    r"|(?:hice|practique) (?:yoga|ejercicio|pilates|una pausa)|lei (?:mi|un|unas) \w+|vi (?:mi"
    r"|una) \w+|escuche (?:musica|mi|un)|escribi en mi"
    r"|(?:deep )?breaths? in the (?:bathroom|car|kitchen|hallway)"
)
US_WORDS = (
    r"for us|us|we|weve|lets|were|our|together|family|all of us|the (?:2|3|4) of us|nosotr[oa]s"
    r"|nos|junt[oa]s|juntit[oa]s|para (?:nosotr[oa]s|tod[oa]s)"
    r"|en familia|[a-z]+(?:amos|imos|emos)"
)


def read_whom(line: Line, *, children: Mapping[str, str], givers: Mapping[str, str]) -> Whom:
    """Return whom a line names; takes nothing out, for the names belong to the title.

    A child named wins over “me”: “I had tea with Wren” was Wren's. A name that is also an ordinary
    word (Will, May) counts only as typed, with its capital.
    """
    plain = line.plain
    named = tuple(key for key, name in children.items() if _is_named(name, line))
    adults = [key for key, name in givers.items() if _is_named(name, line)]
    giver = adults[0] if len(adults) == 1 else ""
    if line.search(WITH_PROFESSIONAL):
        return Whom(PROFESSIONAL, named, giver)
    if named:
        return Whom(CHILD, named, giver)
    if _is_for_me(line):
        return Whom(ME)
    if giver and re.search(rf"(?<!\S)(?:for|para) {re.escape(fold(givers[giver]))}(?!\S)", plain):
        return Whom(ME, (), giver)  # “made tea for Sam”: it was Sam's
    if line.search(ALL):
        return Whom(CHILD, tuple(children), giver)
    if giver and line.search(rf"(?:{TALKED}) {re.escape(fold(givers[giver]))}"):
        return Whom(ME)
    if line.search(A_CHILD) or line.search(TO_A_CHILD):
        return Whom(CHILD, (), giver)
    return Whom(US if line.search(US_WORDS) else UNSAID, (), giver)


def _is_for_me(line: Line) -> bool:
    if line.search(r"(?:i|me) (?:let|helped|asked|told) (?:him|her|them)"):
        return False
    if line.search(FOR_ME):
        return True
    a_child = line.search(A_CHILD)
    if line.search(ALONE):
        return not a_child and not line.search(
            r"a solas con|se (?:durmio|visti\w|calmo|lavo)|solo (?:un|una|\d|5)"
        )
    if line.search(rf"(?:{TALKED}) (?:{OTHER_ADULT})"):
        return True
    if a_child or line.search(ALL):
        return False
    if line.search(
        r"with (?:my|the) (?:mom|mum|friend|sister)|con mi (?:mama|amiga|hermana)"
    ) and line.search(r"i|yo|me"):
        return True
    return bool(line.search(TO_ME) or (line.search(I_DID) and not line.search(TO_A_CHILD)))


def _is_named(name: str, line: Line) -> bool:
    plain = " ".join(re.findall(r"[^\W_]+", fold(name)))
    found = bool(plain) and bool(re.search(rf"(?<!\S){re.escape(plain)}s?(?!\S)", line.plain))
    if not found or plain not in ORDINARY:
        return found
    return any(line.typed[token.start].isupper() for token in line.tokens if token.plain == plain)


_ORDINARY = (
    "will may june april august mar sol sky hope grace joy bear rose bean bug abril julio "
    "junio domingo angel luz cielo mia star sun summer autumn dawn eve king art "
    "nana mama papa dulce consuelo paz estrella perla rio blanca"
)
ORDINARY = frozenset(_ORDINARY.split())
