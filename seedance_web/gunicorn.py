"""How gunicorn serves the product: threads enough that slow readers of video silence nobody else."""

import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# A reader of video holds its thread for as long as it reads; each thread may hold a database connection,
# and PostgreSQL allows 100 by default.
threads = 32
timeout = 60
graceful_timeout = 3
keepalive = 5
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Say where to go, as the last thing printed: by now the address answers."""
    welcome = os.environ.get("SEEDANCE_WELCOME")
    if welcome:
        print(welcome, flush=True)
