"""Hashed, compressed assets; also inside JavaScript modules, so that a page and its modules are always of one release."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):
    """Old files are never removed by a release; a job lets them go after 90 days."""

    support_js_module_import_aggregation = True
    manifest_strict = False
    keep_only_hashed_files = False
