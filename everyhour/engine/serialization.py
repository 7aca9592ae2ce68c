"""Exact conversion of dataclasses to plain JSON values and back."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

SHAPE = 1  # of the JSON; goes up with an incompatible change


def to_plain(value: Any) -> Any:
    """Convert a value to JSON types. Floats keep every digit; sets are sorted, so equal values
    give equal text.
    """
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


def from_plain[T](target: type[T], value: Any) -> T:
    """Rebuild a value of this type. Missing fields take their defaults; unknown ones raise
    ValueError.
    """
    hints = typing.get_type_hints(target)
    unknown = set(value) - {f.name for f in fields(target)}  # type: ignore[arg-type]
    if unknown:
        raise ValueError(f"{target.__name__} has no {', '.join(sorted(unknown))}")
    return target(**{name: _read(hints[name], inner) for name, inner in value.items()})


def _read(target: Any, value: Any) -> Any:
    origin, inner = typing.get_origin(target), typing.get_args(target)
    if origin in (types.UnionType, typing.Union):
        chosen = [one for one in inner if one is not type(None)]
        return None if value is None else _read(chosen[0], value)
    if origin is tuple:
        each = inner[:1] * len(value) if inner[-1:] == (Ellipsis,) else inner
        return tuple(_read(one, item) for one, item in zip(each, value, strict=True))
    if origin is frozenset:
        return frozenset(value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _read(inner[1], item) for key, item in value.items()}
    if target is np.ndarray or origin is np.ndarray:
        return np.array(value, dtype=float)
    if is_dataclass(target):
        return from_plain(target, value)  # type: ignore[arg-type]
    return float(value) if target is float else value
