"""A small pool of daemon threads that does not delay shutdown."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_PATIENCE = 2.0


class WorkerThreads:
    """Like ThreadPoolExecutor, but with daemon threads.

    A thread stuck in a DNS lookup must not keep the process alive.
    """

    def __init__(self, size: int, name: str) -> None:
        self.is_stopping = threading.Event()
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"sandbox-{name}-{number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[..., _Result], *values: Any) -> Future[_Result]:
        future: Future[_Result] = Future()

        def fulfil() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work(*values))
            except BaseException as problem:
                future.set_exception(problem)

        self._tasks.put(fulfil)
        return future

    def stop(self) -> None:
        self.is_stopping.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None and not self.is_stopping.is_set():
            task()
