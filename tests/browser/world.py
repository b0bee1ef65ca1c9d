"""A studio with clips in every state and files of every kind, and no worker."""

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from generations.accounts.invitations import create_invitation
from generations.models import Asset, Collection, Generation, User
from tests.factories import make_generation, make_recipe
from tests.library.assets import make_asset, make_character
from tests.media import samples

_POSTER = "generations/made/poster.jpg"


def make_world() -> str:
    """Return URLs in the first administrator's studio, by name, as JSON."""
    owner = User.objects.get(username="admin")
    _keep(_POSTER, samples.picture("JPEG", size=(640, 360)))
    _keep("generations/made/video.mp4", samples.video(size=(640, 360)))
    clips = {name: _clip(owner, name, **state) for name, state in _states().items()}
    _family(clips["finished"])
    _, token = create_invitation("eve@example.org", credits=50, caps={}, actor=owner)
    return json.dumps(
        {
            **{name: clip.get_absolute_url() for name, clip in clips.items()},
            **{asset.kind: f"/library/{asset.pk}/" for asset in _fill_library(owner)},
            "character": f"/library/characters/{make_character(owner, 'Mira', pictures=2).pk}/",
            "invitation": f"/invitations/{token}/",
        }
    )


def _states() -> dict[str, dict[str, object]]:
    now = timezone.now()
    refused = {"error_code": "moderation", "error": "The prompt was refused.", "request_id": "req_1"}
    return {
        "queued": {},
        "submitting": {"status": "submitting", "first_sent_at": now},
        "running": {"status": "running", "progress": 42},
        "fetching": {"status": "fetching"},
        "failed": {"status": "failed", "ended_at": now, **refused},
        "cancelled": {"status": "cancelled", "ended_at": now},
        "finished": {"status": "finished", "ended_at": now, "poster": _POSTER, "width": 640, "height": 360},
    }


def _clip(owner: User, name: str, **state: object) -> Generation:
    return make_generation(user=owner, recipe=make_recipe(prompt=f"A {name} fox in the snow"), **state)


def _family(clip: Generation) -> None:
    Generation.objects.filter(pk=clip.pk).update(is_favourite=True)
    collection = Collection.objects.create(user=clip.user, name="Foxes")
    collection.clips.add(clip)
    _clip(clip.user, "second", status="finished", ended_at=timezone.now(), parent=clip, poster=_POSTER)
    _clip(clip.user, "thrown away", status="cancelled", trashed_at=timezone.now() - timedelta(hours=1))


def _fill_library(owner: User) -> list[Asset]:
    files = {"image": samples.picture(), "video": samples.video(), "audio": samples.sound()}
    for kind, content in files.items():
        _keep(f"assets/made/{kind}", content)
    return [make_asset(user=owner, kind=kind, file=f"assets/made/{kind}") for kind in files]


def _keep(name: str, content: bytes) -> None:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
