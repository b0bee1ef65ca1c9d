"""Provider assets: fetched in the background, copied, then Active or Failed."""

import shutil

from generations.apiframe.sandbox.api.file_types import media_type
from generations.apiframe.sandbox.api.media import MediaReader, Unreadable
from generations.apiframe.sandbox.api.rows import Asset
from generations.apiframe.sandbox.api.store import Store
from generations.apiframe.sandbox.api.threads import WorkerThreads

_LONGEST_DELAY = 2.0


class AssetFetcher:
    def __init__(self, store: Store, media: MediaReader, *, seconds: float) -> None:
        """An asset takes a third of `seconds`, the length of a job, up to two seconds."""
        self._store, self._media = store, media
        self._delay = min(_LONGEST_DELAY, seconds / 3)
        self._workers = WorkerThreads(2, "asset")

    def start(self) -> None:
        for asset in self._store.processing_assets():
            self._workers.submit(self._fetch, asset)

    def stop(self) -> None:
        self._workers.stop()

    def register(self, *, kind: str, url: str) -> Asset:
        asset = self._store.add_asset(kind=kind, url=url)
        self._workers.submit(self._fetch, asset)
        return asset

    def _fetch(self, asset: Asset) -> None:
        if self._workers.is_stopping.wait(self._delay):
            return
        try:
            source = self._media.read(asset.url, asset.type).path
            # The copy outlives the upload.
            found = media_type(source)
            copy = self._media.scratch / f"{asset.id}{found.suffix if found else ''}"
            shutil.copyfile(source, copy)
            kept = self._store.add_file(
                copy,
                kind=asset.type,
                content_type=found.content_type if found else "application/octet-stream",
                origin="asset",
                expires_at=None,
            )
        except (Unreadable, OSError):
            problem = f"could not read {asset.type} from the URL"
            self._store.change_asset(asset.id, status="Failed", error=problem)
        else:
            self._store.change_asset(asset.id, status="Active", file=kept.name)
