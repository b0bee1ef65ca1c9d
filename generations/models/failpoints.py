"""Points at which tests of faults kill the process, between an effect and the row that speaks of it.

The setting FAILPOINTS names them, separated by commas. It needs the sandbox, so no studio that pays has any.
"""

import os
import signal

from django.conf import settings


def failpoint(name: str) -> None:
    """Kill this process the first time it comes here, if the setting names this point."""
    if name not in settings.FAILPOINTS:
        return
    try:
        (settings.DATA_DIR / f"failpoint-{name}").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
