"""Sentences that explain a suggestion, from the reasons stored with its decision.

Only caregivers who may see what helps read counts. Stored reasons may come from another server, so
unexpected values are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from everyhour.domain.recommendations.wording import RULES, WHEN

KINDS = {
    "closeness": pgettext_lazy("kind of small moment", "closeness"),
    "heavy_work": pgettext_lazy("kind of small moment", "heavy work"),
    "movement": pgettext_lazy("kind of small moment", "movement"),
    "rhythm": pgettext_lazy("kind of small moment", "rhythm"),
    "senses": pgettext_lazy("kind of small moment", "something for the senses"),
}
BECAUSE = {
    "kind_now": gettext_lazy("{kind} often suits a calm moment"),
    "energy": gettext_lazy("its pace fits a calm moment"),
    "effort": gettext_lazy("it doesn’t ask much of you"),
    "age": gettext_lazy("it fits {child}’s age"),
    "suits": gettext_lazy("it works well {when}"),
    "practice": gettext_lazy("it tends to help"),
    "likes": gettext_lazy("{child} seems to like {kind}"),
}
HELPED = "helped_before"
LEARNED = ("likes", "practice", HELPED)  # learned from this family's outcomes
ONE = {
    "mostly": gettext_lazy("Mostly because {first}."),
    "also": gettext_lazy("Partly because {first}."),
}
TWO = {
    ("mostly", "also"): gettext_lazy("Mostly because {first}; also because {second}."),
    ("mostly", "a_little"): gettext_lazy("Mostly because {first}; a little because {second}."),
    ("also", "also"): gettext_lazy("Partly because {first}, partly because {second}."),
    ("also", "a_little"): gettext_lazy("Partly because {first}; a little because {second}."),
}
A_LITTLE = (
    gettext_lazy("A little because {first}."),
    gettext_lazy("A little because {first}, and a little because {second}."),
)
ENOUGH_TRIES = 3  # fewer could be luck


@dataclass(frozen=True)
class Other:
    title: str
    reason: str


@dataclass(frozen=True)
class Why:
    because: tuple[str, ...]
    others: tuple[Other, ...]


def explain(
    stored: Any, *, titles: Mapping[str, str], child: tuple[str, str], situation: str, counts: bool
) -> Why | None:
    """Return the reasons as sentences; None if the stored reasons cannot be read.

    `situation` is "" where the part of the day has another name than what is often hard in it.
    `child` is the name inside and at the start of a sentence; `counts` is whether the reader may
    see how often something helped.
    """
    if not isinstance(stored, dict) or not isinstance(stored.get("among"), int):
        return None
    known = [one for one in stored.get("reasons") or [] if counts or one.get("code") not in LEARNED]
    phrases = [
        (one.get("strength", ""), phrase)
        for one in known
        if (phrase := _phrase(one, stored, child, situation))
    ]
    counted = any(one.get("code") == HELPED for one in known)
    sentences = (
        _join(phrases),
        _describe_count(stored, situation) if counts and not counted else "",
        _describe_certainty(stored, counts=counts),
        _describe_choice(stored["among"]),
    )
    chance = stored.get("probability", 0)
    others = tuple(
        _explain_other(one, chance, titles, child) for one in _known_others(stored, titles)
    )
    return Why(tuple(sentence for sentence in sentences if sentence), others)


def _phrase(
    one: Mapping[str, Any], stored: Mapping[str, Any], child: tuple[str, str], situation: str
) -> str:
    if one.get("code") == HELPED:
        return _describe_times(stored, situation)
    phrase, kind = BECAUSE.get(one.get("code", "")), KINDS.get(one.get("about", ""))
    if phrase is None or (kind is None and "{kind}" in str(phrase)):
        return ""
    return str(phrase).format(
        child=child[0], kind=kind, when=WHEN.get(situation, _("in this part of the day"))
    )


def _join(phrases: list[tuple[str, str]]) -> str:
    """Join one or two reasons into a sentence, the stronger first."""
    if not phrases:
        return ""
    (strength, first), *more = phrases
    if not more:
        return str(ONE.get(strength, A_LITTLE[0])).format(first=first)
    weight, second = more[0]
    both = (
        "also" if strength == weight == "mostly" else strength,
        "also" if weight == "mostly" else weight,
    )
    return str(TWO.get(both, A_LITTLE[1])).format(first=first, second=second)


def _describe_times(stored: Mapping[str, Any], situation: str) -> str:
    """Return how often it helped: in this part of the day if it helped there, else in all."""
    here, when = stored.get("here") or {}, WHEN.get(situation)
    if when and here.get("helped"):
        helped, tried = here["helped"], here["tried"]
        sentence = ngettext(
            "it helped {helped} of {tried} time {when}",
            "it helped {helped} of {tried} times {when}",
            tried,
        )
        return sentence.format(helped=helped, tried=tried, when=when)
    helped, tried = stored.get("helped", 0), stored.get("tried", 0)
    return ngettext(
        "it helped {helped} of {tried} time", "it helped {helped} of {tried} times", tried
    ).format(helped=helped, tried=tried)


def _describe_count(stored: Mapping[str, Any], situation: str) -> str:
    times = _describe_times(stored, situation)
    return _("So far {it_helped}.").format(it_helped=times) if stored.get("tried") else ""


def _describe_certainty(stored: Mapping[str, Any], *, counts: bool) -> str:
    """Return how sure we are, "fairly" at most: luck and tired days move a count."""
    if (
        stored.get("sureness") in ("sure", "fairly")
        and stored.get("tried", 0) >= ENOUGH_TRIES
        and counts
    ):
        return _("We’re fairly sure.")
    if counts and not stored.get("tried"):
        return _("This is still a guess: you haven’t tried it yet.")
    return _("This is still a guess.")


def _describe_choice(among: int) -> str:
    return ngettext(
        "It was the only idea that fits now.", "Picked from {n} that fit now.", among
    ).format(n=among)


def _known_others(stored: Mapping[str, Any], titles: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the other candidates that still have a title, and a rule we have words for."""
    return [
        one
        for one in stored.get("others") or []
        if one.get("slug") in titles and one.get("rule", "") in ("", *RULES)
    ]


def _explain_other(
    one: Mapping[str, Any], probability: float, titles: Mapping[str, str], child: tuple[str, str]
) -> Other:
    if rule := one.get("rule"):
        reason = str(RULES[rule]).format(child=child[0])
    elif one.get("probability", 0) > probability:
        reason = _("It was likelier, but we mix things up.")
    else:
        reason = _("Either could have come up.")
    return Other(titles[one["slug"]], reason)
