"""Settings that cannot be imported: a typing mistake in a release."""

from everyhour.config.settings import *  # noqa: F403

DEBUG = this_name_does_not_exist  # noqa: F405
