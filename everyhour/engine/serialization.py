"""Values to plain JSON and back, exactly: a decision read from a file is the decision that was written."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

SHAPE = 1  # of the JSON; goes up with an incompatible change


def to_plain(value: Any) -> Any:
    """Turn a value into what JSON can hold. Floats keep every digit; sets are sorted, so equal values are equal text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(inner) for inner in value]
    return value


def from_plain[T](kind: type[T], told: Any) -> T:
    """Build a value of this kind again; what is missing takes its default, what is unknown is refused by name."""
    hints = typing.get_type_hints(kind)
    unknown = set(told) - {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _read(hints[name], inner) for name, inner in told.items()})


def _read(kind: Any, told: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        chosen = [one for one in inner if one is not type(None)]
        return None if told is None else _read(chosen[0], told)
    if origin is tuple:
        each = inner[:1] * len(told) if inner[-1:] == (Ellipsis,) else inner
        return tuple(_read(one, item) for one, item in zip(each, told, strict=True))
    if origin is frozenset:
        return frozenset(told)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _read(inner[1], item) for key, item in told.items()}
    if kind is np.ndarray or origin is np.ndarray:
        return np.array(told, dtype=float)
    if is_dataclass(kind):
        return from_plain(kind, told)  # type: ignore[arg-type]
    return float(told) if kind is float else told
