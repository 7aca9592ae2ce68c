"""The parts of `prove replay`: decisions over several days of training, repeated afterwards."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.dateparse import parse_date

from proofs.parts import print_case, print_record

BEGIN = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
NIGHTS, ROLLED_BACK, NEW_LIBRARY = 6, 3, 4
FOR_EACH_CHILD = 40  # decisions, over all days
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "UTC")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
MOST_PRINTED = 10


def decide_many(count: str, seed: str, out: str) -> None:
    """Make decisions over six days and nights, write them to a file, then change everything."""
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import Decision, ModelVersion

    rng, noted, began = random.Random(seed), dict[str, dict](), time.monotonic()
    families = [_create_family(rng) for _ in range(max(2, int(count) // (FOR_EACH_CHILD * 2)))]
    children = [(by, child) for people, kids in families for child in kids for by in people]
    for night in range(NIGHTS):
        at = BEGIN + timedelta(days=night)
        last = night == NIGHTS - 1
        wanted = int(count) if last else int(count) * (night + 1) // NIGHTS
        while len(noted) < wanted:
            by, child = rng.choice(children)
            then = at + timedelta(minutes=rng.randint(0, 300))
            made = _decide(rng, by, child, f"proof:{night}:{len(noted)}", then)
            noted[made.pk] = made.body["decision"]
        for by, child in children:
            _log_moments(rng, by, child, at)
        fit = training.learn(at=at + timedelta(hours=8))
        if night == ROLLED_BACK:
            training.roll_back(fit, reason="for the proof")
        if night == NEW_LIBRARY:
            _change_library(rng)
    _change_everything(rng, children)
    training.learn(at=BEGIN + timedelta(days=NIGHTS))
    Path(out).write_text(json.dumps(noted), encoding="utf-8")
    states = Counter(ModelVersion.objects.values_list("state", flat=True))
    kept = Decision.objects.count()
    fits, shelves = (
        Decision.objects.values(name).distinct().count()
        for name in ("model_version", "candidate_set")
    )
    print_case(
        "each decision is stored", [] if kept == len(noted) else [f"{kept} rows of {len(noted)}"]
    )
    print_case("several model versions were used", [] if fits >= NIGHTS - 1 else [f"{fits} only"])
    print_case("several candidate sets were used", [] if shelves > 1 else [f"{shelves} only"])
    print_record(
        **{
            "families": len(families),
            "children": len({child.pk for _by, child in children}),
            "model versions": dict(states),
            "nothing suggested": Decision.objects.filter(practice="").count(),
            "seconds to decide": round(time.monotonic() - began, 1),
        }
    )


def _create_family(rng: random.Random):
    """Create a family with one or two households and children with different needs."""
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
                child.set_private(name, "something")
        child.save()
        children.append(child)
    return people, children


def _decide(rng: random.Random, by, child, key: str, at: datetime):
    from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
    from everyhour.domain.recommendations import candidate_sets, decisions
    from everyhour.domain.recommendations.advisor import learned

    slugs = [candidate.slug for candidate in candidate_sets.current()]
    passed_over = rng.sample(slugs, rng.choice((0, 0, 1, 3)))  # "Something else" on Today
    return decisions.decide(
        child,
        key,
        by=by,
        state=rng.choice(list(STATES)),
        situation=rng.choice([*SITUATIONS, "any"]),
        availability=learned.Availability(clock=rng.uniform(8, 20), paused=rng.random() < 0.05),
        zone=rng.choice(ZONES),
        at=at,
        seen=frozenset(passed_over),
    )


def _log_moments(rng: random.Random, by, child, at: datetime) -> None:
    from everyhour.domain.recommendations import candidate_sets
    from testing import make

    slugs = [candidate.slug for candidate in candidate_sets.current()]
    for n in range(rng.randint(0, 4)):
        then = at + timedelta(hours=5, minutes=n)
        make.moment(
            by,
            child=child,
            at=then,
            changed_at=then,
            practice=rng.choice(slugs[:12]),
            outcome=rng.choice(OUTCOMES),
            state_before=rng.choice(["calm", "alarm", "drifting"]),
            situation=rng.choice(["homework", "bedtime", ""]),
            private=rng.random() < 0.1,
        )


def _change_library(rng: random.Random) -> None:
    """Withdraw five practices, and add an edition of five others."""
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


def _change_everything(rng: random.Random, children) -> None:
    """Edit or delete half of the moments, and change every child."""
    from everyhour.domain.moments.models import Moment

    moments = list(Moment.objects.order_by("pk"))
    for moment in rng.sample(moments, len(moments) // 2):
        if rng.random() < 0.5:
            moment.delete()
        else:
            moment.outcome, moment.changed_at = rng.choice(OUTCOMES), BEGIN + timedelta(days=NIGHTS)
            moment.save()
    for _by, child in children:
        child.functions_like_age = rng.randint(2, 12)
        child.no_touch, child.never = not child.no_touch, ["wall-push"]
        if hasattr(child, "helps"):
            child.helps = {"closeness": 1}
        child.save()


def decide_again(noted: str) -> None:
    """Repeat each decision from its rows and compare it with the file written when it was made."""
    from everyhour.domain.recommendations.models import Decision

    made = json.loads(Path(noted).read_text(encoding="utf-8"))
    began, identical, printed = time.monotonic(), 0, 0
    # Ordered, so that each model version and candidate set is read once.
    rows = Decision.objects.select_related("model_version", "candidate_set").defer(
        "candidate_set__body"
    )
    for row in rows.order_by("model_version__version", "candidate_set", "pk").iterator(
        chunk_size=500
    ):
        problems = [*_repeat(row, made)]
        identical += not problems
        if problems and printed < MOST_PRINTED:
            printed += 1
            print_case(f"decision {row.pk} under model version {row.model_version}", problems)
    if identical < len(made):
        print_case("every decision repeats", [f"{len(made) - identical} of {len(made)} do not"])
    print_record(
        **{
            "identical": identical,
            "repeated": f"{len(made):,}, {identical:,} identical",
            "seconds to repeat": round(time.monotonic() - began, 1),
        }
    )


def _repeat(row, made: dict[str, dict]) -> Iterator[str]:
    from everyhour.domain.recommendations import decisions

    if row.body["decision"] != made.get(row.pk):
        yield "its row was changed"
    try:
        if not decisions.replays_same(row):
            yield "the decision does not repeat from its rows"
    except Exception as error:
        yield f"repeating it raised {type(error).__name__}: {error}"
