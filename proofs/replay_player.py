"""Families that live for a while with a database that learns, and the same decisions made again afterwards."""

import json
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.dateparse import parse_date

from proofs.engine_player import tell

BEGIN = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
NIGHTS, TAKEN_BACK, NEW_LIBRARY = 6, 3, 4
FOR_EACH_CHILD = 40  # decisions, over all days
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "UTC")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
MOST_TOLD = 10


def decide_many(count: str, seed: str, out: str) -> None:
    """Make so many decisions over six days and nights, note each as it was made, and then let everything move on."""
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import Decision, ModelVersion

    rng, noted, began = random.Random(seed), dict[str, dict](), time.monotonic()
    families = [_family(rng) for _ in range(max(2, int(count) // (FOR_EACH_CHILD * 2)))]
    children = [(by, child) for people, kids in families for child in kids for by in people]
    for night in range(NIGHTS):
        at = BEGIN + timedelta(days=night)
        last = night == NIGHTS - 1
        wanted = int(count) if last else int(count) * (night + 1) // NIGHTS
        while len(noted) < wanted:
            by, child = rng.choice(children)
            made = _decide(
                rng,
                by,
                child,
                f"proof:{night}:{len(noted)}",
                at + timedelta(minutes=rng.randint(0, 300)),
            )
            noted[made.pk] = made.body["decision"]
        for by, child in children:
            _try_some(rng, by, child, at)
        fit = training.learn(at=at + timedelta(hours=8))
        if night == TAKEN_BACK:
            training.roll_back(fit, reason="for the proof")
        if night == NEW_LIBRARY:
            _other_library(rng)
    _move_on(rng, children)
    training.learn(at=BEGIN + timedelta(days=NIGHTS))
    Path(out).write_text(json.dumps(noted), encoding="utf-8")
    states = Counter(ModelVersion.objects.values_list("state", flat=True))
    kept = Decision.objects.count()
    tell(
        "each decision was written down",
        [] if kept == len(noted) else [f"{kept} rows of {len(noted)}"],
    )
    tell(
        "several fits were decided with",
        [] if Decision.objects.values("fit").distinct().count() >= NIGHTS - 1 else ["too few"],
    )
    tell(
        "more than one library was decided among",
        [] if Decision.objects.values("shelf").distinct().count() > 1 else ["one only"],
    )
    told = {
        "families": len(families),
        "children": len({child.pk for _by, child in children}),
        "fits": dict(states),
        "nothing offered": Decision.objects.filter(practice="").count(),
        "seconds to decide": round(time.monotonic() - began, 1),
    }
    print(json.dumps(told), flush=True)


def _family(rng: random.Random):
    """Make a family of one or two homes, and children with different wishes."""
    from testing import make

    at = BEGIN - timedelta(days=60)
    family = make.family(at=at, households=rng.choice([1, 2]))
    people = [make.guardian(family, household=home, at=at) for home in family.households.all()]
    children = []
    for _ in range(rng.randint(1, 2)):
        child = make.child(
            family,
            at=at,
            born_in=rng.choice([None, parse_date("2018-03-01"), parse_date("2012-07-01")]),
            no_touch=rng.random() < 0.3,
            never=rng.sample(["wall-push", "low-hum"], rng.randint(0, 1)),
        )
        if hasattr(child, "helps") and rng.random() < 0.5:
            child.helps, child.helps_at = {"rhythm": 1, "movement": 0}, at
        for name in ("foods", "sounds"):
            if rng.random() < 0.3:
                child.tell(name, "something")
        child.save()
        children.append(child)
    return people, children


def _decide(rng: random.Random, by, child, key: str, at: datetime):
    from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.advisor import learned

    return decisions.decide(
        child,
        key,
        by=by,
        state=rng.choice(list(STATES)),
        situation=rng.choice([*SITUATIONS, "any"]),
        standing=learned.Availability(clock=rng.uniform(8, 20), paused=rng.random() < 0.05),
        zone=rng.choice(ZONES),
        at=at,
    )


def _try_some(rng: random.Random, by, child, at: datetime) -> None:
    from everyhour.domain.recommendations import candidates
    from testing import make

    slugs = [candidate.slug for candidate in candidates.current()]
    for n in range(rng.randint(0, 4)):
        told = at + timedelta(hours=5, minutes=n)
        make.moment(
            by,
            child=child,
            at=told,
            changed_at=told,
            practice=rng.choice(slugs[:12]),
            outcome=rng.choice(OUTCOMES),
            state_before=rng.choice(["calm", "alarm", "drifting"]),
            situation=rng.choice(["homework", "bedtime", ""]),
            private=rng.random() < 0.1,
        )


def _other_library(rng: random.Random) -> None:
    """Take practices out of the library, and bring another edition of some."""
    from everyhour.domain.practices.models import Edition, Item

    items = list(Item.objects.filter(kind="activity", withdrawn_at=None).order_by("slug"))
    gone = rng.sample(items, 5)
    Item.objects.filter(pk__in=[item.pk for item in gone]).update(withdrawn_at=BEGIN)
    for item in rng.sample([item for item in items if item not in gone], 5):
        last = item.editions.order_by("-number").first()
        facts = {**last.facts, "energy": "down", "touch": "needed"}
        Edition.objects.create(
            item=item,
            number=last.number + 1,
            digest=f"proof {item.pk}",
            facts=facts,
            texts=last.texts,
            loaded_at=BEGIN,
        )


def _move_on(rng: random.Random, children) -> None:
    """Let families edit and erase what they told, and children become others."""
    from everyhour.domain.moments.models import Moment

    moments = list(Moment.objects.order_by("pk"))
    for moment in rng.sample(moments, len(moments) // 2):
        if rng.random() < 0.5:
            moment.delete()
        else:
            moment.outcome, moment.changed_at = rng.choice(OUTCOMES), BEGIN + timedelta(days=NIGHTS)
            moment.save()
    for _by, child in children:
        child.functions_like_age, child.no_touch, child.never = (
            rng.randint(2, 12),
            not child.no_touch,
            ["wall-push"],
        )
        if hasattr(child, "helps"):
            child.helps = {"closeness": 1}
        child.save()


def decide_again(noted: str) -> None:
    """Decide each row again; what was noted when it was made must stand in the row, and come out again."""
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.models import Decision

    then, began, told = json.loads(Path(noted).read_text(encoding="utf-8")), time.monotonic(), 0
    identical = 0
    rows = (
        Decision.objects.select_related("fit", "shelf")
        .defer("shelf__body")
        .order_by("fit__version", "shelf", "pk")
    )
    for kept in rows.iterator(chunk_size=500):
        problems = [] if kept.body["decision"] == then.get(kept.pk) else ["its row was changed"]
        try:
            problems += [] if decisions.again(kept) else ["decided again it comes out otherwise"]
        except Exception as error:
            problems.append(f"it could not be decided again: {type(error).__name__}: {error}")
        identical += not problems
        if problems and told < MOST_TOLD:
            told += 1
            tell(f"decision {kept.pk} under fit {kept.fit}", problems)
    if identical < len(then):
        tell("every decision comes out again", [f"{len(then) - identical} of {len(then)} do not"])
    seconds = time.monotonic() - began
    print(
        json.dumps(
            {
                "identical": identical,
                "decided again": f"{len(then):,}, {identical:,} identical",
                "seconds to decide again": round(seconds, 1),
            }
        )
    )
