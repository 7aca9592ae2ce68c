"""Hashed, compressed assets; imports in modules are hashed too, so a page never mixes releases."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):
    """Static files that outlive their release; tasks.prune_assets deletes them after 90 days."""

    support_js_module_import_aggregation = True
    manifest_strict = False
    keep_only_hashed_files = False
