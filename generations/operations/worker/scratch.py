"""Temporary folders for processing clips, and removal of those left by killed workers."""

import shutil
import time

from django.conf import settings

from generations.operations.worker.registry import alive_workers

# No task takes this long, so older folders are orphaned, whatever their name.
OLDEST = 3600.0
# A lane is not registered in its first seconds.
YOUNGEST = 60.0


def remove_scratch() -> int:
    """Delete dead workers' folders on this disk; return how many."""
    alive = set(alive_workers().values_list("pk", flat=True))
    removed = 0
    for folder in settings.DATA_DIR.glob("fetch-*"):
        try:
            age = time.time() - folder.stat().st_mtime
        except FileNotFoundError:
            continue
        worker = folder.name.split("-")[1]
        if age > OLDEST or (worker not in alive and age > YOUNGEST):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
