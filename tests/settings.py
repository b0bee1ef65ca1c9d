"""The product's settings with a test data directory and no operator environment."""

import os
from tempfile import mkdtemp
from urllib.parse import urlsplit

from tests import marked_keys

os.environ["DATA_DIR"] = mkdtemp(prefix="seedance-tests-")
for _name in ("APIFRAME_API_KEY", "PUBLIC_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"):
    os.environ.pop(_name, None)
os.environ["DOT_ENV"] = os.devnull
# Test processes empty their queue and cache, so each has its own Redis database, counting down.
if os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ:
    _redis = urlsplit(os.environ["REDIS_URL"])
    _number = int(_redis.path[1:] or 0) - int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.environ["REDIS_URL"] = _redis._replace(path=f"/{_number}").geturl()

from seedance_web.settings import *  # noqa: E402, F403
from seedance_web.settings import SOCIALACCOUNT_PROVIDERS, STORAGES  # noqa: E402

APIFRAME_API_KEY, APIFRAME_API_KEY_PREVIOUS = marked_keys.API_KEY, marked_keys.OLD_API_KEY
SECRET_KEY, EMAIL_HOST_PASSWORD = marked_keys.SECRET_KEY, marked_keys.MAIL_PASSWORD
SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = marked_keys.OIDC_SECRET

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = mkdtemp(prefix="seedance-static-")
