"""Static files with hashed names, the imports between our own ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, told to rewrite our imports, so that a cached module never meets a newer sibling.

    Django's own switch for that reads the scripts of every package, and stumbles over imports in their comments.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import(?P<names>\s[^"';]*?)\sfrom\s*"(?P<url>\./[^"]+)";)""",
                    """import%(names)s from "%(url)s";""",
                ),
                (r"""(?P<matched>import\s*"(?P<url>\./[^"]+)";)""", """import "%(url)s";"""),
            ),
        ),
    )
