"""The prompts somebody wrote last, each once: read from their clips, so that what was deleted is not among them."""

from dataclasses import dataclass
from uuid import UUID

from generations.finding.search import in_prompts
from generations.models import Generation, User

MOST_PROMPTS = 40
# So many clips are looked through at most: eight takes of every prompt are no reason to read years of them.
DEEPEST = 1000


@dataclass(frozen=True)
class Written:
    """A prompt, and the last clip made with it."""

    clip: UUID
    words: str


def last_prompts(user: User, *, containing: str = "") -> list[Written]:
    """Distinct, the newest first; one query, which stops as soon as there are enough."""
    clips = Generation.objects.kept().filter(in_prompts(containing, user.pk), user=user)
    rows = clips.order_by("-created_at", "-id").values_list("pk", "prompt")[:DEEPEST]
    found: dict[str, Written] = {}
    for pk, words in rows.iterator(chunk_size=100):
        found.setdefault(words.strip(), Written(pk, words))
        if len(found) == MOST_PROMPTS:
            break
    return list(found.values())
