"""Registers media with the provider: fetched in the background, kept as the provider's own copy, Active or Failed."""

import shutil
from pathlib import Path

from generations.apiframe.sandbox.crew import Crew
from generations.apiframe.sandbox.materials import Materials, Unreadable
from generations.apiframe.sandbox.records import Asset
from generations.apiframe.sandbox.sniffing import media_type
from generations.apiframe.sandbox.store import Store

_LONGEST_DELAY = 2.0


class AssetDesk:
    def __init__(self, store: Store, materials: Materials, *, seconds: float) -> None:
        """`seconds` is how long a job lasts: an asset takes a third of that, two seconds at most."""
        self._store, self._materials = store, materials
        self._delay = min(_LONGEST_DELAY, seconds / 3)
        self._crew = Crew(2, "asset")

    def start(self) -> None:
        for asset in self._store.processing_assets():
            self._crew.submit(self._fetch, asset)

    def stop(self) -> None:
        self._crew.stop()

    def register(self, *, kind: str, url: str) -> Asset:
        asset = self._store.add_asset(kind=kind, url=url)
        self._crew.submit(self._fetch, asset)
        return asset

    def _fetch(self, asset: Asset) -> None:
        if self._crew.is_stopping.wait(self._delay):
            return
        try:
            source = self._materials.read(asset.url, asset.type).path
            file = self._keep(source, asset)
        except (Unreadable, OSError):
            problem = f"could not read {asset.type} from the URL"
            self._store.change_asset(asset.id, status="Failed", error=problem)
        else:
            self._store.change_asset(asset.id, status="Active", file=file)

    def _keep(self, source: Path, asset: Asset) -> str:
        """A copy that outlives the upload it came from; the name of the file."""
        found = media_type(source)
        copy = self._materials.scratch / f"{asset.id}{found.suffix if found else ''}"
        shutil.copyfile(source, copy)
        kept = self._store.add_file(
            copy,
            kind=asset.type,
            content_type=found.content_type if found else "application/octet-stream",
            origin="asset",
            expires_at=None,
        )
        return kept.name
