"""Name the libraries to install, as pyproject.toml says: `python -m bench.rivals`."""

import tomllib

from testing.server import ROOT

with (ROOT / "pyproject.toml").open("rb") as file:
    print("\n".join(tomllib.load(file)["dependency-groups"]["bench-engine"]))
