"""Gunicorn's settings."""

import gc
import os
from typing import Any

from django.conf import settings
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seedance_web.settings")

_host = os.environ.get("HOST", "127.0.0.1")
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT', '8000')}"
worker_class = "seedance_web.server.BufferedWorker"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Each thread may keep a database connection, and PostgreSQL allows 100 by default.
threads = 16
timeout = 60
graceful_timeout = 3
keepalive = 5
loglevel = "warning"
# Web processes share what was loaded before they were forked.
preload_app = True


def on_starting(server: Any) -> None:
    """Forget the counters of an earlier run, whose process ids may come again."""
    if settings.METRICS_TOKEN:
        for path in settings.METRICS_DIR.glob("*.db"):
            path.unlink(missing_ok=True)


def when_ready(server: Any) -> None:
    """Load what every process needs and keep it shared, then print the product's address."""
    _ = get_resolver().url_patterns
    connections.close_all()
    # The collector would write into it.
    gc.freeze()
    welcome = os.environ.get("SEEDANCE_WELCOME")
    if welcome:
        print(welcome, flush=True)
