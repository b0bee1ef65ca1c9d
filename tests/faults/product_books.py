"""What the product says of itself: rows with their files, and the ledger."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import av
from django.conf import settings
from django.db.models.functions import Now
from PIL import Image

from generations.credits import audit
from generations.lifecycle.outages import open_studio
from generations.models import Account, Asset, Entry, Generation
from tests.faults.books import AccountRow, ClipRow, EntryRow

# Clips are a frame or two shorter than billed.
SHORTFALL = 0.6


def read_product() -> dict[str, Any]:
    """Return rows, files and ledger as JSON; called with the product's own settings."""
    entries = Entry.objects.order_by("id").values_list(
        "account_id", "kind", "amount", "hold_amount", "generation_id"
    )
    return {
        "clips": [asdict(each) for each in _clips()],
        "accounts": [asdict(AccountRow(each.pk, each.balance, each.held)) for each in Account.objects.all()],
        "entries": [
            asdict(EntryRow(account, kind, amount, hold, str(clip or "")))
            for account, kind, amount, hold, clip in entries
        ],
        "audit": [str(each) for each in audit.faults()],
    }


def _clips() -> Iterator[ClipRow]:
    is_closed = not open_studio().may_submit
    clips = Generation.objects.annotate(now=Now()).prefetch_related("events")
    in_flight: dict[int, int] = defaultdict(int)
    for each in clips:
        in_flight[each.user_id] += each.status in Generation.IN_FLIGHT
    unready = set(Asset.objects.unready().values_list("uses__generation", flat=True))
    for each in clips:
        waits_for = ""
        if each.status == "queued":
            is_full = (
                in_flight[each.user_id] >= settings.USER_IN_FLIGHT
                or sum(in_flight.values()) >= settings.STUDIO_IN_FLIGHT
            )
            waits_for = "gate" if is_closed else "files" if each.pk in unready else "slot" if is_full else ""
        last = max([each.created_at, *(event.created_at for event in each.events.all())])
        yield ClipRow(
            id=str(each.pk),
            owner=each.user_id,
            status=each.status,
            credits=each.credits,
            code=each.error_code,
            job=each.job_id or "",
            due_in=(each.due_at - each.now).total_seconds() if each.due_at else None,
            still_for=(each.now - last).total_seconds(),
            waits_for=waits_for,
            keeps_answer=bool(each.raw_answer),
            broken_files=list(_broken_files(each)) if each.status == "finished" else [],
        )


def _broken_files(clip: Generation) -> Iterator[str]:
    for name in ("video", "poster", "last_frame"):
        file = getattr(clip, name)
        try:
            with file.open("rb") as content:
                if name == "video":
                    _read_clip(content, seconds=clip.seconds)
                else:
                    Image.open(content).load()
        except (OSError, ValueError, av.FFmpegError) as error:
            yield f"{name}: {type(error).__name__}: {error}"


def _read_clip(content: Any, *, seconds: int) -> None:
    """Decode the first frame and walk through the whole file, which a cut one does not survive."""
    with av.open(content) as film:
        [pictures] = film.streams.video
        next(film.decode(pictures))
        film.seek(0)
        lasts = sum(float((packet.duration or 0) * pictures.time_base) for packet in film.demux(pictures))
    if lasts < seconds - SHORTFALL:
        raise ValueError(f"lasts {lasts:.1f} s instead of {seconds} s")
