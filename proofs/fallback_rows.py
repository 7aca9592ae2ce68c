"""Every way we know to damage the rows of what was learned, met by real decisions on a real database."""

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.core.cache import caches
from django.db import connection, transaction

from proofs.engine_player import tell

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SCENES = (("calm", "any"), ("alarm", "homework"), ("fear", "bedtime"), ("drifting", "car"))
EVEN, NEWCOMER = "even", "newcomer"


def packed(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    return lambda body: zlib.compress(
        json.dumps(change(json.loads(zlib.decompress(body)))).encode()
    )


FITS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda body: b"",
    "bytes of something else": lambda body: bytes(range(256)),
    "cut off": lambda body: body[: len(body) // 2],
    "one bit turned": lambda body: bytes([*body[:200], body[200] ^ 1, *body[201:]]),
    "packed, but no JSON": lambda body: zlib.compress(b"{not json"),
    "a list": packed(lambda told: [1, 2]),
    "nothing in it": packed(lambda told: {}),
    "a name of another version": packed(lambda told: {**told, "weather": 1}),
    "NaN in the mean": packed(lambda told: {**told, "mean": [float("nan"), *told["mean"][1:]]}),
    "an infinite spread": packed(
        lambda told: {**told, "spread": [float("inf"), *told["spread"][1:]]}
    ),
    "singular": packed(
        lambda told: {**told, "factor": [[0.0] * len(told["mean"])] * len(told["mean"])}
    ),
    "cut short inside": packed(lambda told: {**told, "mean": told["mean"][:-3]}),
    "words for numbers": packed(lambda told: {**told, "mean": ["much"] * len(told["mean"])}),
}
BELIEFS: dict[str, tuple[str, str]] = {
    "no JSON": ("{not json", EVEN),
    "nothing": ("null", EVEN),
    "a list": ("[1,2]", EVEN),
    "an empty one": ("{}", EVEN),
    "a name of another version": ('{"mean":[0],"factor":[[1]],"weather":1}', EVEN),
    "words": ('{"mean":["a"],"factor":[["b"]]}', EVEN),
    "NaN": ('{"mean":[NaN,0,0,0,0,0,0,0,0,0,0],"factor":[[NaN]]}', NEWCOMER),
    "cut short": ('{"mean":[0.1],"factor":[[0.1]]}', NEWCOMER),
}


def home():
    """Make a family of which something was learned over two nights."""
    from everyhour.domain.recommendations import training
    from testing import make

    at = NOW - timedelta(days=40)
    by = make.guardian(make.family(at=at), at=at)
    child = make.child(by.family, at=at, born_in=NOW.date().replace(year=2018, month=1, day=1))
    for night in (2, 1):
        for n, practice in enumerate(("wall-push", "low-hum") * 3):
            told = NOW - timedelta(days=night, minutes=n)
            outcome = "settled" if n % 2 else "not_yet"
            make.moment(
                by,
                child=child,
                at=told,
                changed_at=told,
                practice=practice,
                outcome=outcome,
                state_before="alarm",
                situation="homework",
            )
        training.learn(at=NOW - timedelta(days=night))
    return by, child


def rows() -> None:
    """Damage a row in each way, decide, and put it back; then damage more than a row."""
    from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion

    by, child = home()
    fit = ModelVersion.objects.in_force().first()
    row = ChildEstimate.objects.filter(child=child).order_by("-fit__version").first()
    _try("nothing is damaged", by, child, lambda: None, wanted="")
    for name, change in FITS.items():
        _try(
            f"a fit: {name}",
            by,
            child,
            lambda change=change: ModelVersion.objects.filter(pk=fit.pk).update(
                body=change(bytes(fit.body))
            ),
            wanted=EVEN,
        )
    for name, (text, wanted) in BELIEFS.items():
        _try(
            f"a child’s belief: {name}",
            by,
            child,
            lambda text=text: _write(ChildEstimate, row.pk, text),
            wanted=wanted,
        )
    _try(
        "no fit and no belief",
        by,
        child,
        lambda: (_empty("recommendations_childestimate"), _empty("recommendations_modelversion")),
        wanted="",
    )
    _try("an empty library", by, child, _empty_library, wanted="nothing")
    _nights(by, child, fit)


def _write(model, pk, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET body = %s WHERE id = %s", [text, pk])  # noqa: S608  names of our own


def _empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own


def _empty_library() -> None:
    from everyhour.domain.practices.models import Item

    Item.objects.update(withdrawn_at=NOW)


def _try(case: str, by, child, damage: Callable[[], object], *, wanted: str) -> None:
    problems: list[str] = []
    try:
        with transaction.atomic():
            damage()
            problems += _decided(by, child, wanted)
            problems += _carried(by, child)
            transaction.set_rollback(True)
    except Exception as error:
        problems.append(f"it fell: {type(error).__name__}: {error}")
    tell(case, problems)


def _decided(by, child, wanted: str) -> Iterator[str]:
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.advisor import learned

    for state, situation in SCENES:
        made = decisions.decide(
            child,
            f"proof:{state}:{situation}",
            by=by,
            state=state,
            situation=situation,
            standing=learned.Availability(),
            zone="UTC",
            at=NOW,
        )
        told = decisions.read(made)
        if wanted == "nothing":
            if made.practice or told.available:
                yield "something was offered out of an empty library"
            continue
        p = told.probabilities
        if (
            not made.practice
            or made.practice not in told.slugs
            or abs(sum(p) - 1) > 1e-9
            or told.send_probability != 1
        ):
            yield "nothing safe with a known probability"
        if bool(told.fallback) != (wanted in (EVEN, NEWCOMER)):
            yield f"the flag says {told.fallback}"
        if wanted == EVEN and max(p) - min(p) > 1e-12:
            yield "not even among what may be offered"
        if not decisions.again(made):
            yield "decided again from its rows it comes out otherwise"


def _carried(by, child) -> Iterator[str]:
    from everyhour.domain.recommendations import bundle, child_bundle

    told = child_bundle.compose(child, by.household, bundle.current("en"), zone="UTC", at=NOW)
    for cells in told["chances"].values():
        for cell in cells.values():
            if cell and abs(sum(p for _n, p in cell) - 1) > 1e-3:
                yield "a phone carries chances that are not one together"


def _nights(by, child, fit) -> None:
    """A night after the damage: learning goes on, and what it finds can be decided with."""
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import ModelVersion

    for name in (
        "nothing",
        "cut off",
        "a list",
        "one bit turned",
        "NaN in the mean",
        "an infinite spread",
        "words for numbers",
    ):
        problems = []
        try:
            with transaction.atomic():
                ModelVersion.objects.filter(pk=fit.pk).update(body=FITS[name](bytes(fit.body)))
                made = training.learn(at=NOW)
                problems += (
                    []
                    if made.state == ModelVersion.State.USED
                    else [f"the night was {made.state}: {made.reason}"]
                )
                problems += _decided(by, child, "")
                transaction.set_rollback(True)
        except Exception as error:
            problems.append(f"it fell: {type(error).__name__}: {error}")
        tell(f"the night after a fit: {name}", problems)


def spoil() -> None:
    """Leave a state behind in which the newest fit and a child's belief cannot be read, and a session to look at it with."""
    from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
    from proofs.doomed import _signed_in

    by, child = home()
    ModelVersion.objects.update(body=b"damaged")
    for row in ChildEstimate.objects.all():
        _write(ChildEstimate, row.pk, "{not json")
    caches["default"].clear()
    print(json.dumps({"session": _signed_in(by.person), "child": child.pk}), flush=True)
