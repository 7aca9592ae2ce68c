"""List the libraries to install, from pyproject.toml: `python -m bench.rivals`."""

import tomllib

from testing.server import ROOT

with (ROOT / "pyproject.toml").open("rb") as file:
    print("\n".join(tomllib.load(file)["dependency-groups"]["bench-engine"]))
