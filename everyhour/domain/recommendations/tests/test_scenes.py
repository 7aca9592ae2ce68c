"""Scenes that a caregiver lives through: what the bundle must offer, and what it never may."""

import itertools
import re

import pytest
import yaml
from django.conf import settings

from everyhour.domain.practices.reading import split_words
from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import (
    BODIES,
    CAUTIONS,
    SITUATIONS,
    STATES,
    TRANSLATION_SLACK,
    WORDS_TO_SAY,
)
from everyhour.domain.recommendations import advisor, bundle, bundle_reader
from everyhour.domain.recommendations.advisor import (
    GATES,
    NO_CARE_TOUCH_FROM,
    PRESENCE_ONLY,
    TEEN,
    Wishes,
)

pytestmark = pytest.mark.slow

SCENES = yaml.safe_load((settings.CONTENT.parent / "testing/data/scenes.yaml").read_text("utf-8"))
KINDS = ("touch", "lively", "doing", "younger", "older", "demand")
NO_REFRAME = "none"
MOST_TURNS = 4  # of "something else" that a caregiver may tap
EVEN = 1e-6  # the bundle rounds its chances
CALLS_FOR_HELP = {"en": "help now|emergency|police|call", "es": "ayuda|emergencia|policía|llama"}
AGES = (
    {},
    {"age": 0, "real_age": 0, "months": 3},
    {"age": 1, "real_age": 1, "months": 20},
    *({"age": age, "real_age": age} for age in (3, 6, 10, 14, 17)),
    {"age": 1, "real_age": 9},
    {"age": 1, "real_age": 15},
)


def test_scenes_are_many_and_use_our_words():
    offers = {slug for kind, slug in real().items if kind == "activity"}
    reframes = {slug for kind, slug in real().items if kind == "reframe"}
    unknown = [
        (scene["scene"], word)
        for scene in SCENES
        for word, allowed in (
            (scene["state"], {*STATES}),
            (scene["situation"], {*SITUATIONS, "any"}),
            *((body, {*BODIES}) for body in scene.get("bodies", [])),
            *((slug, offers | reframes) for slug in scene["likely"]),
            *((slug, reframes | {NO_REFRAME}) for slug in scene["headline"]),
            *((word, offers | reframes | {*KINDS, *CAUTIONS}) for word in scene["never"]),
        )
        if word not in allowed
    ]

    assert unknown == []
    assert len(SCENES) >= 72
    assert len({scene["scene"] for scene in SCENES}) == len(SCENES)
    assert {scene["state"] for scene in SCENES} == {*STATES}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene["scene"])
def test_scene_gets_what_helps_and_never_what_hurts(scene, language):
    found = problems(scene, bundle.current(language))

    assert not found, " ".join([scene["scene"], scene["state"], scene["situation"], *found])


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("state", sorted(PRESENCE_ONLY))
def test_fear_and_terror_have_an_answer_of_few_words_at_every_age(state, language):
    contents = bundle.current(language)
    most = WORDS_TO_SAY[state] + (TRANSLATION_SLACK if language != "en" else 0)
    silent, wordy = [], []
    for situation, age in itertools.product((*SITUATIONS, "any"), AGES):
        scene = {"state": state, "situation": situation, "touch": "unknown", **age}
        chances = chances_of(scene, contents)
        silent += [] if chances else [(situation, age)]
        for slug in chances:
            shown = bundle_reader.shown(
                contents, slug, state=state, situation=situation, wishes=wishes_of(scene)
            )
            if not 0 < len(split_words(shown["say"])) <= most:
                wordy.append((situation, slug, shown["say"]))

    assert silent == []
    assert wordy == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_way_to_do_a_card_keeps_its_call_for_help(language):
    """A way for a body, for a teenager or without touch stands in place of the steps."""
    calls = re.compile(CALLS_FOR_HELP[language], re.I)
    silent = [
        (practice["slug"], way)
        for practice in bundle.current(language)["practices"]
        if real().items["activity", practice["slug"]].facts["presence"]
        or "medical" in practice["cautions"]
        if calls.search(" ".join(practice["steps"]))
        for way in ("teen", "no_touch", *BODIES)
        if way in practice and not calls.search(practice[way])
    ]

    assert silent == []


def problems(scene: dict, contents: dict) -> list[str]:
    """Return what is wrong with the answers of a bundle in a scene, and what came instead."""
    wishes, chances = wishes_of(scene), chances_of(scene, contents)
    headlines = [_headline(scene, contents, wishes, turn) for turn in range(MOST_TURNS)]
    first = top_half(chances)
    found = []
    if not {*scene["likely"]} & {*first, headlines[0]}:
        came = ", ".join(f"{slug} {chances[slug]:.0%}" for slug in first)
        found.append(f"Expected one of {scene['likely']} among the likely. Came: {came}.")
    if headlines[0] not in scene["headline"]:
        found.append(f"Expected a headline of {scene['headline']}. Came: {headlines[0]}.")
    for word in scene["never"]:
        came = [s for s in chances if _is(word, s, contents, wishes, scene["situation"])]
        came += [slug for slug in dict.fromkeys(headlines) if slug == word]
        if came:
            found.append(f"Never {word}. Came: {', '.join(came)}.")
    return found


def wishes_of(scene: dict) -> Wishes:
    """Return the limits as the phone knows them: without an age no touch, at bath and bed a yes."""
    age, real_age = scene.get("age"), scene.get("real_age")
    yes = scene["touch"] is True
    return Wishes(
        age=age,
        real_age=real_age,
        months=scene.get("months"),
        bodies=frozenset(scene.get("bodies", [])),
        touch=scene["touch"] is not False and age is not None,
        care_touch=yes and real_age is not None and real_age < NO_CARE_TOUCH_FROM,
        gates=GATES,
    )


def chances_of(scene: dict, contents: dict) -> dict[str, float]:
    """Return the probability of every first offer that is possible."""
    cell = contents["chances"][scene["state"]][scene["situation"]]
    slugs = [practice["slug"] for practice in contents["practices"]]
    return advisor.restrict(
        {slugs[index]: p for index, p in cell},
        {slug: _candidate(slug) for slug in slugs},
        state=scene["state"],
        situation=scene["situation"],
        wishes=wishes_of(scene),
    )


def top_half(chances: dict[str, float]) -> list[str]:
    """Return the most probable offers that make up half, and those as probable as their last.

    >>> top_half({"hum": 0.2, "walk": 0.4, "wall": 0.2, "chew": 0.15, "nap": 0.05})
    ['walk', 'hum', 'wall']
    """
    ordered = sorted(chances.items(), key=lambda item: -item[1])
    reached, last, first = 0.0, 0.0, []
    for slug, p in ordered:
        if reached >= 0.5 and p < last - EVEN:
            break
        first.append(slug)
        reached, last = reached + p, p
    return first


def _candidate(slug: str) -> advisor.Candidate:
    file = real().items["activity", slug]
    return advisor.build_candidate(slug, {**file.facts, "bodies": file.bodies})


def _headline(scene: dict, contents: dict, wishes: Wishes, turn: int) -> str:
    shown = bundle_reader.shown(
        contents, None, state=scene["state"], situation=scene["situation"], wishes=wishes, turn=turn
    )
    return next(
        (r["slug"] for r in contents["reframes"] if r["new_eyes"] == shown["new"]), NO_REFRAME
    )


def _is(word: str, slug: str, contents: dict, wishes: Wishes, situation: str) -> bool:
    """Return whether an offer is what must never come: by its slug, a caution or a kind."""
    facts = real().items["activity", slug].facts
    practice = next(p for p in contents["practices"] if p["slug"] == slug)
    way, _ = bundle_reader.way_to_do(practice, wishes, situation)
    first, last = practice["real_age"]
    return {
        "touch": facts["touch"] == "needed" or (facts["touch"] == "optional" and way != "no_touch"),
        "lively": facts["energy"] == "up" or "competition" in facts["cautions"],
        "doing": not facts["presence"],
        "younger": last < TEEN,
        "older": first >= TEEN - 1,
        "demand": "top_down" in facts["paths"],
    }.get(word, word == slug or word in facts["cautions"])
