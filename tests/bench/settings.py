"""The product's settings with a database, a cache and static files of their own, and rates that nothing reaches."""

import os
from tempfile import mkdtemp

os.environ["DATA_DIR"] = mkdtemp(prefix="seedance-bench-")
os.environ["STATIC_ROOT"] = f"{os.environ['DATA_DIR']}/static"
os.environ["DOT_ENV"] = os.devnull

from seedance_web.settings import *  # noqa: F403
from seedance_web.settings import ALLOWED_HOSTS, DATA_DIR, DATABASES, RATE_LIMITS

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Django's test database of SQLite would be in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "bench.sqlite3")}
ALLOWED_HOSTS.append("testserver")
ROOT_URLCONF = "tests.bench.urls"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 1_000_000)
USER_IN_FLIGHT = STUDIO_IN_FLIGHT = 10_000
