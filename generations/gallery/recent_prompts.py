"""A user's most recent prompts, without duplicates, read from their clips (so deleted clips are left out)."""

from dataclasses import dataclass
from uuid import UUID

from django import forms

from generations.models import Generation, User
from generations.models.prompt_search import in_newest_prompts

MOST_PROMPTS = 40
# Most clips to read, because eight takes per prompt could otherwise mean reading years of clips.
DEEPEST = 1000


class PromptsForm(forms.Form):
    """Search filter for recent prompts."""

    words = forms.CharField(required=False, max_length=200)


@dataclass(frozen=True)
class RecentPrompt:
    """A prompt and the last clip made with it."""

    clip: UUID
    words: str


def recent_prompts(user: User, *, containing: str = "") -> list[RecentPrompt]:
    """Return distinct prompts, newest first, in one query that stops when there are enough."""
    matching = in_newest_prompts(containing, user.pk, most=DEEPEST)
    clips = Generation.objects.kept().filter(matching, user=user)
    rows = clips.order_by("-created_at", "-id").values_list("pk", "prompt")[:DEEPEST]
    found: dict[str, RecentPrompt] = {}
    for pk, words in rows.iterator(chunk_size=100):
        found.setdefault(words.strip(), RecentPrompt(pk, words))
        if len(found) == MOST_PROMPTS:
            break
    return list(found.values())
