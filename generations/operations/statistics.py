"""The query planner's statistics, which SQLite never makes by itself and PostgreSQL may make late."""

from django.db import connection

# Rows read of each index: enough to tell which is the narrowest, in a moment whatever the size of the table.
SQLITE_SAMPLE = 1000


def analyze() -> None:
    """Measure every table of ours; readers and writers go on meanwhile, on SQLite after a moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"pragma analysis_limit={SQLITE_SAMPLE}")
        cursor.execute("ANALYZE")
