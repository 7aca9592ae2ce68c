#!/bin/sh
# Create or update the environment in .venv from a lock file. Called by the Makefile from the repository's root.
set -eu
lock=$1

if [ ! -x .venv/bin/python ]; then
  found=
  for python in python3.13 python3.14 python3.12 python3 python; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
      found=$python
      break
    fi
  done
  if [ -z "$found" ]; then
    echo "Everyhour needs Python 3.12 or newer, and this machine has none on its PATH."
    echo "Install one (python.org, your package manager, pyenv or uv), then run make again."
    exit 1
  fi
  echo "  Python:           $("$found" --version 2>&1)"
  if ! "$found" -m venv .venv 2>.venv-trouble; then
    echo "Python could not create an environment. On Debian or Ubuntu: apt-get install python3-venv, then run make again."
    cat .venv-trouble
    rm -rf .venv .venv-trouble
    exit 1
  fi
  rm -f .venv-trouble
fi

echo "  Fetching:         packages of $lock, once (needs the network)"
# uv where it is installed, because it is fast; else the pip that came with Python. Both check every hash.
if command -v uv >/dev/null 2>&1; then
  uv pip install --quiet --python .venv/bin/python --require-hashes --no-deps -r "$lock"
else
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile -r "$lock"
fi

# The checkout itself: on this environment's path, and as the command `everyhour`.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd > "$site/everyhour.pth"
cat > .venv/bin/everyhour <<SCRIPT
#!$(pwd)/.venv/bin/python
import sys
from everyhour.config.command import main
sys.exit(main())
SCRIPT
chmod +x .venv/bin/everyhour
