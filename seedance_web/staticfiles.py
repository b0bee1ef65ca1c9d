"""Static files with hashed names, the imports between our ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, told to rewrite `import` paths so that a cached module never meets a newer sibling."""

    support_js_module_import_aggregation = True
