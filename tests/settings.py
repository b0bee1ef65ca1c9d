"""The product's settings, with a data directory of the suite's own and nothing of the operator's environment."""

import os
from tempfile import mkdtemp

os.environ["DATA_DIR"] = mkdtemp(prefix="seedance-tests-")
for _name in ("APIFRAME_API_KEY", "PUBLIC_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"):
    os.environ.pop(_name, None)
os.environ["DOT_ENV"] = os.devnull

from seedance_web.settings import *  # noqa: E402, F403
from seedance_web.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = mkdtemp(prefix="seedance-static-")
