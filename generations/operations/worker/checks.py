"""System checks that query the database: run by `migrate` and `check --database default`."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import Error as DatabaseError
from django.utils import timezone

from generations.operations.worker.registry import boot_id, key_fingerprint

LATELY = timedelta(minutes=1)


def secret_key_is_that_of_the_workers(
    app_configs: Any, databases: Any = None, **options: Any
) -> list[CheckMessage]:
    """Check that web and workers share a secret key.

    With different keys, each side discards the other's tasks, and sessions break on every other request.
    """
    ours = key_fingerprint()
    hosts = sorted({host for host, key, _ in _live_workers(databases) if key != ours})
    if not hosts:
        return []
    return [
        Error(
            f"SECRET_KEY is not that of the workers on {', '.join(hosts)}.",
            hint="Set SECRET_KEY to the same value on every machine.",
            id="generations.E004",
        )
    ]


def media_are_shared_by_all_machines(
    app_configs: Any, databases: Any = None, **options: Any
) -> list[CheckMessage]:
    """Warn about several machines without a bucket: each would respond 404 for files that another saved.

    Containers of one machine have the same boot id, and can share a volume.
    """
    if settings.S3_BUCKET:
        return []
    here = boot_id()
    hosts = sorted({host for host, _, machine in _live_workers(databases) if machine != here})
    if not hosts:
        return []
    return [
        Warning(
            f"Media are in a folder of this machine, but workers also run on {', '.join(hosts)}.",
            hint="Set S3_BUCKET, or mount the same DATA_DIR/media on every machine.",
            id="generations.W004",
        )
    ]


def _live_workers(databases: Any) -> list[tuple[str, str, str]]:
    """Return host, key and boot id of each live worker; none without access to the database."""
    if not databases:
        return []
    # Look it up by name, because checks are registered before models are loaded.
    workers = apps.get_model("generations", "Worker")._default_manager
    alive = workers.filter(beat_at__gt=timezone.now() - LATELY)
    try:
        return list(alive.values_list("host", "key_fingerprint", "boot_id"))
    except DatabaseError:
        # The table does not exist before the first migration.
        return []
