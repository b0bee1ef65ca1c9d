"""Valid rows without arguments; everything can be overridden."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from generations.credits import ledger
from generations.lifecycle.create import create_generation
from generations.models import Generation, User
from generations.seedance.parameters import Recipe

# Timezone-aware, but before year 1 or after year 9999 once converted to UTC.
MOMENTS_OFF_THE_CALENDAR = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
_numbers = count(1)


def make_user(name: str = "", *, credits: int = 0, **overrides: Any) -> User:
    name = name or f"user{next(_numbers)}"
    user = User.objects.create_user(name, f"{name}@example.org", "correct horse battery", **overrides)
    if credits:
        ledger.grant(user, credits, actor=user, note="Starting credits", key="test")
    return user


def make_recipe(**overrides: Any) -> Recipe:
    """A small clip with a fixed seed: the sandbox of the tests draws it only once."""
    return Recipe(
        **{"prompt": "A fox in the snow", "duration": 4, "resolution": "480p", "seed": 1, **overrides}
    )


def make_generation(
    *, user: User | None = None, recipe: Recipe | None = None, **overrides: Any
) -> Generation:
    """Create a generation as the product does, then set it to the requested state.

    Skips the transitions in between.
    """
    user = user or make_user(credits=100)
    generation = create_generation(user, recipe or make_recipe(), submission=uuid4())
    status = overrides.get("status")
    if status in ("running", "fetching", "finished"):
        overrides = {
            "job_id": str(uuid4()),
            "submitted_at": timezone.now(),
            "video": _video(status),
            **overrides,
        }
    if overrides:
        Generation.objects.filter(pk=generation.pk).update(**overrides)
        generation.refresh_from_db()
    return generation


def _video(status: str) -> str:
    return "generations/made/video.mp4" if status == "finished" else ""


def make_clips(user: User, count: int, **overrides: Any) -> list[Generation]:
    """Create finished clips, a second apart, oldest first.

    They have no events and no ledger entries.
    """
    start = timezone.now() - timedelta(days=1)
    common = {"status": "finished", "video": _video("finished"), "resolution": "480p", "variant": "480p"}
    made = [
        Generation(
            **{
                "user": user,
                "job_id": str(uuid4()),
                "prompt": f"Clip {number}",
                "rate": 1,
                "seconds": 4 + number % 12,
                "credits": 4 + number % 12,
                **common,
                **overrides,
            }
        )
        for number in range(count)
    ]
    Generation.objects.bulk_create(made, batch_size=500)
    for number, clip in enumerate(made):
        clip.created_at = start + timedelta(seconds=number)
    Generation.objects.bulk_update(made, ["created_at"], batch_size=200)
    return made
