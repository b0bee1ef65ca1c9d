"""Points at which tests of faults kill the process, between an effect and the row that speaks of it.

The setting FAILPOINTS names them, separated by commas. It needs the sandbox, so no studio that pays has any.
"""

import os
import signal

from django.conf import settings

POINTS = (
    "body-stored",  # submit: the exact bytes are stored, nothing is sent
    "clip-sent",  # submit: a job exists, its id is not stored
    "answer-read",  # poll: the job has ended, nothing is recorded
    "hold-settled",  # poll: credits are settled, not committed
    "hold-released",  # a failure: credits are released, not committed
    "clip-downloaded",  # fetch: the file is in a scratch folder
    "files-moved",  # fetch: the files are in place, no row speaks of them
    "file-uploaded",  # library: the file is at Apiframe, its address is not stored
)


def failpoint(name: str) -> None:
    """Kill this process the first time it comes here, if the setting names this point."""
    if name not in settings.FAILPOINTS:
        return
    try:
        (settings.DATA_DIR / f"failpoint-{name}").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
