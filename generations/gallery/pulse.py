"""A stamp that changes with whatever a page of clips shows live, from one query: most polls find it unchanged."""

from dataclasses import dataclass
from hashlib import blake2b

from django.db import connection

# The chain of ORs is the condition of a small index. Of a stack, takes that have ended count too; the newest clip
# shows that one came and ended between two polls.
_ACTIVE = """SELECT clip.id, clip.status, clip.progress,
    CASE WHEN clip.batch IS NOT NULL THEN (
        SELECT CAST(COUNT(*) AS text) || COALESCE(CAST(MAX(take.chosen_at) AS text), '')
        FROM generations_generation take
        WHERE take.user_id = clip.user_id AND take.batch = clip.batch AND take.trashed_at IS NULL
    ) END,
    (SELECT MAX(created_at) FROM generations_generation WHERE user_id = clip.user_id AND trashed_at IS NULL),
    clip.status = 'queued' AND EXISTS (
        SELECT 1 FROM generations_reference WHERE generation_id = clip.id AND asset_id IS NOT NULL
    )
FROM generations_generation clip
WHERE (status = 'queued' OR status = 'submitting' OR status = 'running' OR status = 'fetching')
    AND clip.user_id = %s
ORDER BY clip.id"""


@dataclass(frozen=True)
class Pulse:
    """Whether clips are in progress, and the stamp of what they show; "" if it would not tell every change."""

    is_live: bool
    stamp: str


def pulse_of(user_id: int) -> Pulse:
    """Return the pulse of a person's clips. Read it before the clips, so that no change falls between."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, [user_id])
        rows = cursor.fetchall()
    # A clip that waits for files of the library changes when these become ready.
    is_waiting = any(row[-1] for row in rows)
    stamp = "" if is_waiting or not rows else blake2b(repr(rows).encode(), digest_size=8).hexdigest()
    return Pulse(is_live=bool(rows), stamp=stamp)
