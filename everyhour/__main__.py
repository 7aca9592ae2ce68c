"""`python -m everyhour` is the `everyhour` command."""

import sys

from everyhour.config.command import main

sys.exit(main())
