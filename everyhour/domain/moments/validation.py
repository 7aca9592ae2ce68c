"""Validation of changes from phones and files: a change to keep, or the reason why not. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from everyhour.domain.moments import upgrades, wall_time
from everyhour.domain.moments.merging import FIELDS, Change, NoteEdit
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, OUTCOMES, SITUATIONS, STATES
from everyhour.foundation.lib.text import clean

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SLUG = re.compile(r"[a-z0-9-]{1,80}")
# The shape of changes: older ones are upgraded, newer ones stay on the phone until the server is
# updated.
SHAPE = 2
AHEAD = timedelta(minutes=5)  # a phone's clock may be a little fast
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_COUNTER = 2**52
BIGGEST = 40_000  # characters of one change
LONGEST_NOTE, LONGEST_TITLE = 4000, 120
KINDS = ("given", "got", "professional")
ORIGINS = ("right_now", "spontaneous", "line", "plan", "nudge")


class Rejected(Exception):
    """The change is not valid; `reason` is a code that the phone shows as a sentence."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ValidationContext:
    """What a change is validated against: its sender, the people it may name, and the time."""

    by: str
    now: datetime
    zone: str = "UTC"
    guardian: bool = True
    children: frozenset[str] = frozenset()
    caregivers: frozenset[str] = frozenset()


def validate(raw: object, context: ValidationContext) -> Change:
    """Return the valid change, upgraded and cleaned; raise Rejected with the reason otherwise."""
    if not isinstance(raw, dict):
        raise Rejected("not-a-change")
    if _size(raw) > BIGGEST:
        raise Rejected("too-long")
    key, moment, device = (_uuid(raw.get(name)) for name in ("key", "moment", "device"))
    counter = raw.get("counter")
    if not isinstance(counter, int) or isinstance(counter, bool) or not 0 < counter <= MOST_COUNTER:
        raise Rejected("not-a-change")
    body = _upgrade(raw)
    fields = _fields(body.get("set") or {}, context)
    if (deleted := body.get("delete")) is not None:
        fields["deleted"] = _flag(deleted)
    note = _note(body["note"]) if body.get("note") is not None else None
    if not fields and note is None:
        raise Rejected("nothing-to-change")
    return Change(key, moment, device, counter, context.by, fields, note)


def _size(raw: dict) -> int:
    try:
        return len(json.dumps(raw))
    except RecursionError:  # nested too deeply to be a change
        return BIGGEST + 1


def key_of(raw: object) -> str:
    """Return the change's key, so that a rejection can name it; "" when it has none."""
    key = raw.get("key") if isinstance(raw, dict) else None
    return key if isinstance(key, str) and len(key) <= 36 else ""


def require_key(key: str) -> str:
    """Return the key if it is a UUID, else raise Rejected; databases fail on some other texts."""
    return _uuid(key)


def moment_of(raw: Mapping[str, Any]) -> str:
    return _uuid(raw.get("moment"))


def _upgrade(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    shape = raw.get("shape", SHAPE)
    if shape == SHAPE:
        return raw
    if shape == 1:
        try:
            return upgrades.from_1(raw)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise Rejected("not-a-change") from error
    raise Rejected("newer-app" if isinstance(shape, int) and shape > SHAPE else "not-a-change")


def _fields(values: object, context: ValidationContext) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise Rejected("not-a-change")
    if set(values) - set(READERS):
        raise Rejected("unknown-field")
    return {name: READERS[name](value, context) for name, value in values.items()}


def _whom(value: Any, context: ValidationContext) -> dict:
    group = _group(value, "whom")
    if group["kind"] not in KINDS:
        raise Rejected("unknown-kind")
    child = group["child"] or None
    if child is None and group["kind"] == "given":
        raise Rejected("no-child")
    if child is not None and child not in context.children:
        raise Rejected("no-such-child")
    return {"kind": group["kind"], "child": child}


def _who(value: Any, context: ValidationContext) -> dict:
    group = _group(value, "who")
    giver, private = group["giver"] or context.by, _flag(group["private"] or False)
    if giver not in context.caregivers | {context.by}:
        raise Rejected("no-such-caregiver")
    if giver != context.by and (private or not context.guardian):
        raise Rejected("not-yours")
    return {"giver": giver, "private": private}


def _when(value: Any, context: ValidationContext) -> dict:
    """Return the instant in UTC with its local time and zone.

    `at` decides. A different local time is rejected, because the week shows moments by local time.
    """
    group = _group(value, "when")
    zone = group["zone"] or context.zone
    if not isinstance(zone, str) or not wall_time.is_zone(zone):
        raise Rejected("unknown-zone")
    wall = group["wall"]
    if wall and not _instants(wall, zone):
        raise Rejected("missing-hour")
    try:
        at = datetime.fromisoformat(group["at"]).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise Rejected("no-time") from error
    if datetime.fromisoformat(group["at"]).tzinfo is None or at < EARLIEST:
        raise Rejected("no-time")
    if at > context.now + AHEAD:
        raise Rejected("in-the-future")
    if wall and wall != wall_time.wall_of(at, zone):
        raise Rejected("wall-differs")
    return {
        "at": at.isoformat(timespec="milliseconds"),
        "wall": wall_time.wall_of(at, zone),
        "zone": zone,
    }


def _instants(wall: Any, zone: str) -> list[datetime]:
    try:
        local = datetime.strptime(wall, wall_time.WALL)  # noqa: DTZ007  local time has no zone
        return wall_time.instants(local, zone)
    except (TypeError, ValueError) as error:
        raise Rejected("no-time") from error


def _what(value: Any, context: ValidationContext) -> dict:
    group = _group(value, "what")
    practice, edition, title = group["practice"] or "", group["edition"], group["title"] or ""
    if not isinstance(practice, str) or (practice and not SLUG.fullmatch(practice)):
        raise Rejected("unknown-practice")
    if not isinstance(title, str) or len(title) > LONGEST_TITLE * 8:
        raise Rejected("too-long")
    if edition is not None and (not isinstance(edition, int) or not 0 <= edition < 2**31):
        raise Rejected("unknown-practice")
    return {
        "practice": practice,
        "edition": edition or None,
        "title": clean(title, most=LONGEST_TITLE),
    }


def _decision(value: Any, context: ValidationContext) -> list:
    if not isinstance(value, list) or not all(isinstance(offer, dict) for offer in value):
        raise Rejected("not-a-change")
    return [{_plain(name): _plain(inner) for name, inner in offer.items()} for offer in value]


def _plain(value: Any) -> str | int | float | bool | None:
    """Return a scalar that every database and JSON reader keeps unchanged; texts are cleaned."""
    if isinstance(value, str):
        return clean(value, most=LONGEST_NOTE)
    if value is None:
        return None
    # The comparison also rejects NaN.
    if isinstance(value, int | float) and -MOST_COUNTER < value < MOST_COUNTER:
        return value
    raise Rejected("not-a-change")


def _minutes(value: Any, context: ValidationContext) -> int | None:
    if value is None or (
        isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 24 * 60
    ):
        return value
    raise Rejected("too-long")


def _one_of(
    words: tuple[str, ...] | list[str], reason: str
) -> Callable[[Any, ValidationContext], str]:
    def read(value: Any, context: ValidationContext) -> str:
        if value in (None, ""):
            return ""
        if not isinstance(value, str) or value not in words:
            raise Rejected(reason)
        return value

    return read


def _note(value: Any) -> NoteEdit:
    if not isinstance(value, dict) or not isinstance(value.get("text", ""), str):
        raise Rejected("not-a-change")
    replaces = value.get("replaces") or []
    if not isinstance(replaces, list) or len(replaces) > 50:
        raise Rejected("not-a-change")
    text = value.get("text", "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST_NOTE:
        raise Rejected("too-long")
    text = text.encode("utf-8", "ignore").decode("utf-8")  # drops lone surrogates
    return NoteEdit(text, tuple(_uuid(key) for key in replaces))


def _group(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - set(FIELDS[name]):
        raise Rejected("unknown-field")
    return {key: value.get(key) for key in FIELDS[name]}


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Rejected("not-a-change")
    return value


def _uuid(value: Any) -> str:
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise Rejected("no-key")
    return value


READERS: dict[str, Callable[[Any, ValidationContext], Any]] = {
    "whom": _whom,
    "who": _who,
    "when": _when,
    "what": _what,
    "decision": _decision,
    "minutes": _minutes,
    "state_before": _one_of(STATES, "unknown-state"),
    "state_after": _one_of(STATES, "unknown-state"),
    "situation": _one_of([*SITUATIONS, "any"], "unknown-situation"),
    "outcome": _one_of(tuple(OUTCOMES), "unknown-outcome"),
    "caregiver_state": _one_of(CAREGIVER_STATES, "unknown-state"),
    "origin": _one_of(ORIGINS, "unknown-origin"),
}
