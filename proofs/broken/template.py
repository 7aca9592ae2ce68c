"""Settings in which the base template cannot be parsed."""

from pathlib import Path

from everyhour.config.settings import *  # noqa: F403
from everyhour.config.settings import TEMPLATES

TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).with_name("templates")]}]
