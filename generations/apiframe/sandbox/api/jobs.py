"""Job execution: one thread advances all jobs, two more draw clips."""

import shutil
import sys
import threading
import time
import traceback
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generations.apiframe.sandbox.api import webhooks
from generations.apiframe.sandbox.api.job_json import job_json
from generations.apiframe.sandbox.api.provider import Clip, Provider
from generations.apiframe.sandbox.api.refusals import ProviderError
from generations.apiframe.sandbox.api.rows import File, Job
from generations.apiframe.sandbox.api.store import Store
from generations.apiframe.sandbox.api.threads import WorkerThreads
from generations.apiframe.sandbox.api.webhooks import WebhookSender
from generations.apiframe.sandbox.film.clip import Interrupted

# Shares of a job's duration: when it starts processing, and when a failing job fails.
_STARTS_AT, _FAILS_AT = 0.1, 0.5
_SLOWNESS = 5
_PROGRESS_STEP = 5
_MOST_PROGRESS_WHILE_RUNNING = 95
_LONGEST_PAUSE = 0.25
_DRAWN_AT_ONCE = 2
_INTERNAL_ERROR = "Provider returned an error: internal error"


@dataclass
class _Run:
    """A job in progress. It takes at least `seconds`, longer if drawing does."""

    job: Job
    seconds: float
    drawing: Future[Clip] | None = None


class JobRunner:
    def __init__(
        self,
        store: Store,
        provider: Provider,
        sender: WebhookSender,
        *,
        seconds: float,
        retention: float,
        base_url: str,
    ) -> None:
        """Set the length of a job in seconds, and how many hours its files are kept."""
        self._store, self._provider, self._sender = store, provider, sender
        self._seconds, self._retention, self._base_url = seconds, retention * 3600, base_url
        self._lock = threading.Lock()
        self._runs: dict[str, _Run] = {}
        self._held_progress: int | None = None
        self._woken, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._is_stopping = False
        self._workers = WorkerThreads(_DRAWN_AT_ONCE, "drawing")
        self._clock = threading.Thread(target=self._tick, name="sandbox-jobs", daemon=True)

    def start(self) -> None:
        """Resume jobs and webhooks left unfinished by an earlier run."""
        for job in self._store.unfinished_jobs():
            self.take(job)
        for job in self._store.jobs(webhook_status="pending"):
            if job.has_ended:
                self._send_end(job)
        self._clock.start()

    def stop(self) -> None:
        self._is_stopping = True
        self._woken.set()
        if self._clock.is_alive():
            self._clock.join()
        self._workers.stop()

    def take(self, job: Job) -> None:
        slowness = _SLOWNESS if "[slow]" in job.prompt else 1
        with self._lock:
            self._runs[job.id] = _Run(job, self._seconds * slowness)
            self._idle.clear()
        self._woken.set()

    def drop_all(self) -> None:
        with self._lock:
            runs, self._runs, self._held_progress = list(self._runs.values()), {}, None
            self._idle.set()
        for run in runs:
            if run.drawing:
                run.drawing.cancel()

    def hold(self, progress: int) -> None:
        """Start jobs but keep them at `progress` until `release`."""
        self._held_progress = progress
        self._woken.set()

    def release(self) -> None:
        self._held_progress = None
        self._woken.set()

    def wait_until_idle(self, timeout: float) -> bool:
        return self._idle.wait(timeout)

    def _tick(self) -> None:
        pause = min(_LONGEST_PAUSE, self._seconds / 40) or _LONGEST_PAUSE
        while not self._is_stopping:
            self._woken.wait(pause if self._runs else None)
            self._woken.clear()
            with self._lock:
                runs = list(self._runs.values())
            for run in runs:
                try:
                    self._advance(run)
                except Exception:
                    # One job's failure, such as a full disk, must not stop the others.
                    if not self._is_unwanted(run):
                        traceback.print_exc(file=sys.stderr)
                        self._fail(run, _INTERNAL_ERROR)

    def _advance(self, run: _Run) -> None:
        spent = time.time() - run.job.created_at
        if run.drawing is None and spent >= run.seconds * _STARTS_AT:
            self._change(run, status="PROCESSING")
            run.drawing = self._workers.submit(
                self._provider.generate, run.job, lambda: self._is_unwanted(run)
            )
            run.drawing.add_done_callback(lambda _: self._woken.set())
        if run.drawing is None or self._is_unwanted(run):
            return
        if self._held_progress is not None:
            self._show_progress(run, self._held_progress)
        elif run.drawing.done() and spent >= run.seconds * _FAILS_AT and (error := _error_of(run.drawing)):
            self._fail(run, error)
        elif run.drawing.done() and spent >= run.seconds and not _error_of(run.drawing):
            clip = run.drawing.result()
            expires_at = time.time() + self._retention
            video = self._keep(clip.video, "video", expires_at)
            last_frame = self._keep(clip.last_frame, "image", expires_at) if clip.last_frame else None
            shutil.rmtree(clip.video.parent, ignore_errors=True)
            self._end(
                run,
                status="COMPLETED",
                progress=100,
                video=video.name,
                last_frame=last_frame.name if last_frame else None,
                expires_at=expires_at,
            )
        elif run.seconds:
            stepped = int(spent / run.seconds * 100) // _PROGRESS_STEP * _PROGRESS_STEP
            self._show_progress(run, max(1, min(_MOST_PROGRESS_WHILE_RUNNING, stepped)))

    def _is_unwanted(self, run: _Run) -> bool:
        return self._is_stopping or self._runs.get(run.job.id) is not run

    def _show_progress(self, run: _Run, progress: int) -> None:
        if progress != run.job.progress:
            self._change(run, progress=progress)
            self._sender.send("progress", run.job, webhooks.progressed(run.job))

    def _fail(self, run: _Run, error: str) -> None:
        self._end(run, refund=run.job.price, status="FAILED", error=error, credit_cost=0)

    def _keep(self, source: Path, kind: str, expires_at: float) -> File:
        content_type = "video/mp4" if kind == "video" else "image/png"
        return self._store.add_file(
            source, kind=kind, content_type=content_type, origin="result", expires_at=expires_at
        )

    def _end(self, run: _Run, *, refund: int = 0, **changes: Any) -> None:
        with self._store.atomic():
            ended = self._store.change_job(run.job.id, completed_at=time.time(), **changes)
            # A job deleted by a reset gets no refund.
            if ended:
                self._store.add_credits(refund)
        if ended:
            self._send_end(ended)
        with self._lock:
            self._runs.pop(run.job.id, None)
            if not self._runs:
                self._idle.set()

    def _send_end(self, job: Job) -> None:
        if job.status == "COMPLETED":
            self._sender.send("completed", job, webhooks.completed(job, job_json(job, self._base_url)))
        else:
            self._sender.send("failed", job, webhooks.failed(job))

    def _change(self, run: _Run, **changes: Any) -> None:
        run.job = self._store.change_job(run.job.id, **changes) or run.job


def _error_of(drawing: Future[Clip]) -> str | None:
    """Return the error text of a failed drawing; log our own bugs to stderr."""
    problem = None if drawing.cancelled() else drawing.exception()
    if problem is None or isinstance(problem, Interrupted):
        return None
    if isinstance(problem, ProviderError):
        return str(problem)
    traceback.print_exception(problem, file=sys.stderr)
    return _INTERNAL_ERROR
