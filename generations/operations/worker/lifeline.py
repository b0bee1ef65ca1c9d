"""Make worker processes die with their supervisor, even if it is killed."""

import ctypes
import os
import signal

_SET_PARENT_DEATH_SIGNAL = 1


def die_with_parent(parent: int) -> None:
    """Ask the kernel to send SIGKILL when ``parent`` ends. Does nothing outside Linux."""
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is None:
        return
    prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    # The parent may have ended before the call.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def forks_die_with_parent() -> None:
    """Apply this to every process forked from here, since forks do not inherit it."""
    os.register_at_fork(before=_remember_parent, after_in_child=lambda: die_with_parent(_parent))


_parent = 0


def _remember_parent() -> None:
    global _parent
    _parent = os.getpid()
