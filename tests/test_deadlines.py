"""Every call ends before the task that makes it is ended by the queue."""

from django.conf import settings

from generations.apiframe import Timeouts
from generations.lifecycle.download import FRAME_SECONDS
from generations.media.formats import MOST_BYTES

LIMITS = Timeouts()
# For pictures, the recipe and the files' way into the storage.
FFMPEG = 120


def _timeout(lane: str) -> int:
    return settings.Q_CLUSTER["ALT_CLUSTERS"][lane]["timeout"]


def test_a_call_ends_before_its_task() -> None:
    assert LIMITS.total < _timeout("light")


def test_both_downloads_and_a_look_end_before_the_fetch() -> None:
    assert LIMITS.download + FRAME_SECONDS + LIMITS.total + FFMPEG < _timeout("heavy")


def test_the_largest_upload_and_a_look_end_before_the_preparation() -> None:
    upload = LIMITS.upload + max(MOST_BYTES.values()) / LIMITS.upload_rate
    assert upload + 2 * LIMITS.total < _timeout("heavy")


def test_a_file_that_comes_too_slowly_ends_long_before_its_deadline() -> None:
    assert LIMITS.slow_window * 2 < LIMITS.download
