"""Libraries behind the engine's policy protocol, one file each. All keep the same rules.

They are in the dependency group `bench-engine`, used by the benchmark only.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from everyhour.engine.policy import Policy
from everyhour.engine.simulation.world import World

# Name in the tables -> module here and the package it needs; bench/rivals/tuning.py set them.
LIBRARIES: Mapping[str, tuple[str, str]] = {
    "vowpalwabbit, cb_explore_adf": ("vowpal", "vowpalwabbit"),
    "mabwiser, LinTS": ("mabwiser", "mabwiser"),
    "contextualbandits, LinUCB": ("contextual", "contextualbandits"),
    "river, LinUCB": ("river", "river"),
}


def missing(name: str) -> str | None:
    """Return why a library cannot be used here, or None."""
    module, package = LIBRARIES[name]
    try:
        import_module(f"bench.rivals.{module}")
    except ImportError as trouble:
        return f"{package} is not installed here ({trouble}); `make bench` tries to install it"
    return None


def version_of(name: str) -> str:
    try:
        return version(LIBRARIES[name][1])
    except PackageNotFoundError:
        return "not installed"


def policy(name: str) -> Callable[[World], Policy]:
    """Return the factory of this library's policy for a world."""
    found: Callable[[World], Policy] = import_module(f"bench.rivals.{LIBRARIES[name][0]}").policy
    return found
