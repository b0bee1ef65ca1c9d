"""Files while they stream in: told by their first bytes, written to disk, refused as soon as they are too large."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from generations import clips
from generations.library.adding import add
from generations.models import Asset, User

# What the format is told by.
_HEAD = 4096


class RefusedFile(UploadedFile):
    """What is left of a file that was refused on its way: its name, and why."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name=name, size=0)
        self.words = words


def take(user: User, upload: UploadedFile) -> Asset:
    """Keep an uploaded file in the user's library; raises clips.UnusableFile with words to stand after its name."""
    if isinstance(upload, RefusedFile):
        raise clips.UnusableFile(upload.words)
    return add(user, Path(upload.temporary_file_path()), name=upload.name or "")  # type: ignore[attr-defined]


class MediaUploadHandler(TemporaryFileUploadHandler):
    """The only way by which a file of a form gets onto our disk.

    The rest of a refused file is read and dropped: a browser that is still sending would not read an answer.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._head = b""
        self._words = ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._words:
            return
        self._head += raw_data[: _HEAD - len(self._head)]
        self.file.write(raw_data)
        if len(self._head) == _HEAD:
            self._check(start + len(raw_data))

    def file_complete(self, file_size: int) -> UploadedFile:
        if not self._words:
            self._check(file_size)
        if self._words:
            return RefusedFile(self.file_name or "", self._words)
        return super().file_complete(file_size)  # type: ignore[return-value]

    def _check(self, byte_size: int) -> None:
        try:
            clips.check_beginning(self._head, byte_size)
        except clips.UnusableFile as refusal:
            self._words = str(refusal)
            self.file.close()
