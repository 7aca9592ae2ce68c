"""Damaged model versions and estimates, met by real decisions on a real database."""

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.core.cache import caches
from django.db import connection, transaction

from everyhour.domain.practices.models import Item
from everyhour.domain.recommendations import bundle, child_bundle, decisions, training
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from proofs.erasure_fixtures import create_session
from proofs.parts import print_case, print_record
from testing import make

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SCENES = (("calm", "any"), ("alarm", "homework"), ("fear", "bedtime"), ("drifting", "car"))
EVEN, NEW_FAMILY = "even", "new family"
NORMAL, NOTHING = "normal", "nothing"
REPEATED_AT_NIGHT = (
    "nothing",
    "cut off",
    "a list",
    "one bit flipped",
    "NaN in the mean",
    "an infinite spread",
    "words for numbers",
)
Change = Callable[[bytes], bytes]


def packed(change: Callable[[dict], object]) -> Change:
    """Return a change of a model's body that applies to the JSON in it."""
    return lambda body: zlib.compress(
        json.dumps(change(json.loads(zlib.decompress(body)))).encode()
    )


MODELS: dict[str, Change] = {
    "nothing": lambda body: b"",
    "bytes of something else": lambda body: bytes(range(256)),
    "cut off": lambda body: body[: len(body) // 2],
    "one bit flipped": lambda body: bytes([*body[:200], body[200] ^ 1, *body[201:]]),
    "packed, but no JSON": lambda body: zlib.compress(b"{not json"),
    "a list": packed(lambda data: [1, 2]),
    "nothing in it": packed(lambda data: {}),
    "a name of another version": packed(lambda data: {**data, "weather": 1}),
    "NaN in the mean": packed(lambda data: {**data, "mean": [float("nan"), *data["mean"][1:]]}),
    "an infinite spread": packed(
        lambda data: {**data, "spread": [float("inf"), *data["spread"][1:]]}
    ),
    "singular": packed(
        lambda data: {**data, "factor": [[0.0] * len(data["mean"])] * len(data["mean"])}
    ),
    "cut short inside": packed(lambda data: {**data, "mean": data["mean"][:-3]}),
    "words for numbers": packed(lambda data: {**data, "mean": ["much"] * len(data["mean"])}),
}
ESTIMATES: dict[str, tuple[str, str]] = {
    "no JSON": ("{not json", EVEN),
    "nothing": ("null", EVEN),
    "a list": ("[1,2]", EVEN),
    "an empty one": ("{}", EVEN),
    "a name of another version": ('{"mean":[0],"factor":[[1]],"weather":1}', EVEN),
    "words": ('{"mean":["a"],"factor":[["b"]]}', EVEN),
    "NaN": ('{"mean":[NaN,0,0,0,0,0,0,0,0,0,0],"factor":[[NaN]]}', NEW_FAMILY),
    "cut short": ('{"mean":[0.1],"factor":[[0.1]]}', NEW_FAMILY),
}


def create_child():
    """Create a child with six moments and two nights of training; return guardian and child."""
    at = NOW - timedelta(days=40)
    by = make.guardian(make.family(at=at), at=at)
    child = make.child(by.family, at=at, born_in=NOW.date().replace(year=2018, month=1, day=1))
    for night in (2, 1):
        for n, practice in enumerate(("wall-push", "low-hum") * 3):
            then = NOW - timedelta(days=night, minutes=n)
            make.moment(
                by,
                child=child,
                at=then,
                changed_at=then,
                practice=practice,
                outcome="settled" if n % 2 else "not_yet",
                state_before="alarm",
                situation="homework",
            )
        training.learn(at=NOW - timedelta(days=night))
    return by, child


def rows() -> None:
    """Damage rows in each way, decide and roll back; then train again after damage."""
    by, child = create_child()
    model = ModelVersion.objects.in_force().first()
    estimate = ChildEstimate.objects.filter(child=child).order_by("-model_version__version").first()

    def check(case: str, damage: Callable[[], object], expected: str) -> None:
        with case_rolled_back(case) as problems:
            damage()
            problems += _decision_problems(by, child, expected)
            problems += _bundle_problems(by, child)

    def delete_all() -> None:
        _execute("DELETE FROM recommendations_childestimate")
        _execute("DELETE FROM recommendations_modelversion")

    check("nothing is damaged", lambda: None, NORMAL)
    for name, change in MODELS.items():
        check(f"a model version: {name}", lambda change=change: _damage(model, change), EVEN)
    for name, (text, expected) in ESTIMATES.items():
        damage = lambda text=text: _write_estimate(estimate.pk, text)  # noqa: E731
        check(f"a child's estimate: {name}", damage, expected)
    check("no model version and no estimate", delete_all, NORMAL)
    check("an empty library", lambda: Item.objects.update(withdrawn_at=NOW), NOTHING)
    for name in REPEATED_AT_NIGHT:
        with case_rolled_back(f"the night after a model version: {name}") as problems:
            _damage(model, MODELS[name])
            trained = training.learn(at=NOW)
            if trained.state != ModelVersion.State.USED:
                problems.append(f"the new version is {trained.state}: {trained.reason}")
            problems += _decision_problems(by, child, NORMAL)


@contextmanager
def case_rolled_back(case: str) -> Iterator[list[str]]:
    """Collect problems, undo all changes of the database and print the case; errors fail it."""
    problems: list[str] = []
    try:
        with transaction.atomic():
            yield problems
            transaction.set_rollback(True)
    except Exception as error:
        problems.append(f"it raised {type(error).__name__}: {error}")
    print_case(case, problems)


def _damage(model: ModelVersion, change: Change) -> None:
    ModelVersion.objects.filter(pk=model.pk).update(body=change(bytes(model.body)))


def _write_estimate(pk: str, text: str) -> None:
    """Write text that the JSON column of the model itself would not accept."""
    _execute("UPDATE recommendations_childestimate SET body = %s WHERE id = %s", text, pk)


def _execute(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _decision_problems(by, child, expected: str) -> Iterator[str]:
    for state, situation in SCENES:
        row = decisions.decide(
            child,
            f"proof:{state}:{situation}",
            by=by,
            state=state,
            situation=situation,
            availability=learned.Availability(),
            zone="UTC",
            at=NOW,
        )
        decision = decisions.decode(row)
        if expected == NOTHING:
            if row.practice or decision.available:
                yield "a practice was suggested from an empty library"
            continue
        p = decision.probabilities
        known = abs(sum(p) - 1) <= 1e-9 and decision.send_probability == 1
        if not row.practice or row.practice not in decision.slugs or not known:
            yield "no safe suggestion with a known probability"
        if bool(decision.fallback) != (expected in (EVEN, NEW_FAMILY)):
            yield f"the fallback flag is {decision.fallback}"
        if expected == EVEN and max(p) - min(p) > 1e-12:
            yield "not uniform among the allowed practices"
        if not decisions.replays_same(row):
            yield "the decision does not repeat from its rows"


def _bundle_problems(by, child) -> Iterator[str]:
    """Check that the probabilities an offline phone uses sum to one."""
    current = bundle.current("en")
    data = child_bundle.compose(child, by.household, current, zone="UTC", at=NOW)
    for cells in data["chances"].values():
        for cell in cells.values():
            if cell and abs(sum(p for _n, p in cell) - 1) > 1e-3:
                yield "probabilities of a child bundle do not sum to one"


def spoil() -> None:
    """Damage all model versions and estimates; print a session to look at the pages with."""
    by, child = create_child()
    ModelVersion.objects.update(body=b"damaged")
    for row in ChildEstimate.objects.all():
        _write_estimate(row.pk, "{not json")
    caches["default"].clear()
    print_record(session=create_session(by.person), child=child.pk)
