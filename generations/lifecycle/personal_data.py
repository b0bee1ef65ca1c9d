"""Everything about one person as a zip, streamed while it is written: rows as JSON and CSV, and their files."""

import csv
import json
import zipfile
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import StreamingHttpResponse
from django.utils.text import get_valid_filename

from generations.credits import ledger, statement
from generations.gallery.zip_export import CHUNK, Sink, name_for
from generations.models import Asset, AuditEntry, Generation, User

_PERSON = ("username", "email", "first_name", "last_name", "language", "date_joined", "last_login")


def zip_response(person: User) -> StreamingHttpResponse:
    response = StreamingHttpResponse(export_of(person), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="seedance-data-{person.pk}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    # A proxy that buffers the response would defeat the streaming.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def export_of(person: User) -> Iterator[bytes]:
    """Yield the zip. A file that is missing from storage is left out; its row is there."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, rows in _rows_of(person).items():
            archive.writestr(name, json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        lines = StringIO()
        entries = statement.entries_of(ledger.account_for(person), {})
        csv.writer(lines).writerows(statement.csv_rows(entries))
        archive.writestr("credits.csv", lines.getvalue())
        yield sink.drain()
        for name, stored in _files_of(person):
            try:
                opened = stored.open("rb")
            except FileNotFoundError:
                continue
            with opened, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                while chunk := opened.read(CHUNK):
                    entry.write(chunk)
                    yield sink.drain()
    yield sink.drain()


def _rows_of(person: User) -> dict[str, Any]:
    clips = Generation.objects.filter(user=person, wiped_at=None).prefetch_related("references", "events")
    log = AuditEntry.objects.filter(Q(actor=person) | Q(target=person)).select_related("actor", "target")
    return {
        "person.json": {name: getattr(person, name) for name in _PERSON},
        "clips.json": [_clip(clip) for clip in clips],
        "library.json": [_asset(asset) for asset in Asset.objects.filter(user=person)],
        "characters.json": [
            {
                "name": each.name,
                "note": each.note,
                "pictures": [place.asset_id for place in each.places.all()],
            }
            for each in person.characters.prefetch_related("places")
        ],
        "presets.json": [
            {"name": preset.name, "prompt": preset.prompt, **preset.settings()}
            for preset in person.presets.all()
        ],
        "collections.json": [
            {"name": each.name, "clips": [clip.pk for clip in each.clips.all()]}
            for each in person.collections.prefetch_related("clips")
        ],
        "credit_requests.json": list(
            person.credit_requests.values(
                "id", "amount", "reason", "status", "granted", "answer", "created_at", "decided_at"
            )
        ),
        # The address is the person's own only where they acted.
        "audit.json": [
            {
                "at": line.at,
                "kind": line.kind,
                "who": str(line.actor or ""),
                "whom": str(line.target or ""),
                "address": line.address if line.actor_id == person.pk else None,
            }
            for line in log
        ],
    }


def _clip(clip: Generation) -> dict[str, Any]:
    return {
        "id": clip.pk,
        "created_at": clip.created_at,
        "ended_at": clip.ended_at,
        "status": clip.status,
        "credits": clip.cost,
        "error": str(clip.error),
        "is_favourite": clip.is_favourite,
        "trashed_at": clip.trashed_at,
        "job": clip.job_id,
        "prompt": clip.prompt,
        **clip.recipe().params(),
        "references": [{"role": each.role, "url": each.url} for each in clip.references.all()],
        "events": [{"at": each.created_at, "status": each.status} for each in clip.events.all()],
    }


def _asset(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.pk,
        "name": asset.name,
        "kind": asset.kind,
        "bytes": asset.byte_size,
        "created_at": asset.created_at,
        "trashed_at": asset.trashed_at,
    }


def _files_of(person: User) -> Iterator[tuple[str, FieldFile]]:
    for clip in Generation.objects.filter(user=person, wiped_at=None).iterator(chunk_size=100):
        for stored, suffix in ((clip.video, ".mp4"), (clip.last_frame, ".png")):
            if stored:
                yield f"clips/{name_for(clip, suffix=suffix)}", stored
    for asset in Asset.objects.filter(user=person).iterator(chunk_size=100):
        if asset.file:
            name = get_valid_filename(f"file-{asset.name}"[-100:]).replace("..", ".")
            yield f"library/{str(asset.pk)[:8]}-{name}", asset.file
