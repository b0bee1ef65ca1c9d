"""Uploads while they arrive: checked by their first bytes, written to disk, rejected once they are too large."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from generations.library.add import add_asset
from generations.media.probe import check_header
from generations.media.refusals import UnusableFile
from generations.models import Asset, User

# Enough to tell the format.
_HEAD = 4096
_LONGEST_NAME = 80


class RefusedFile(UploadedFile):
    """A file that was rejected while it arrived."""

    def __init__(self, name: str, refusal: UnusableFile) -> None:
        super().__init__(name=name, size=0)
        self.refusal = refusal


def store_upload(user: User, upload: UploadedFile) -> Asset:
    """Add an uploaded file to the user's library; raises UnusableFile."""
    if isinstance(upload, RefusedFile):
        raise upload.refusal
    return add_asset(user, Path(upload.temporary_file_path()), name=_given_name(upload))  # type: ignore[attr-defined]


def store_uploads(user: User, uploads: Iterable[UploadedFile]) -> tuple[list[Asset], list[str]]:
    """Add every valid file; return names and reasons of the others."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(store_upload(user, upload))
        except UnusableFile as refusal:
            # The user's name for the file, on one line and limited in length.
            name = "".join(letter for letter in _given_name(upload) if letter.isprintable())
            refused.append(f"“{name[:_LONGEST_NAME] or _('This file')}”: {refusal}")
    return kept, refused


def _given_name(upload: UploadedFile) -> str:
    """Return the name that the file has on the sender's disk: browsers write a quote in it as %22."""
    name = upload.name or ""
    for written, meant in (("%22", '"'), ("%0D", " "), ("%0A", " ")):
        name = name.replace(written, meant)
    return name


class MediaUploadHandler(TemporaryFileUploadHandler):
    """The only way in which uploaded files get onto our disk.

    The rest of a rejected file is read and dropped: a browser that is still sending doesn't read the response.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._head = b""
        self._refusal: UnusableFile | None = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refusal:
            return
        self._head += raw_data[: _HEAD - len(self._head)]
        self.file.write(raw_data)
        if len(self._head) == _HEAD:
            self._check(start + len(raw_data))

    def file_complete(self, file_size: int) -> UploadedFile:
        if not self._refusal:
            self._check(file_size)
        if self._refusal:
            return RefusedFile(self.file_name or "", self._refusal)
        return super().file_complete(file_size)  # type: ignore[return-value]

    def _check(self, byte_size: int) -> None:
        try:
            check_header(self._head, byte_size)
        except UnusableFile as refusal:
            self._refusal = refusal
            self.file.close()
