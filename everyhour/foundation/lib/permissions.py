"""Every view says who may open it; a house test finds those that do not. Families bring more than `public`."""

from collections.abc import Callable


def public[V: Callable](view: V) -> V:
    """Open to everyone, without an account: help is never behind a door."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view
