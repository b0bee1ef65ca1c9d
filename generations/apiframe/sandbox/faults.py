"""Failures on request: what `POST /_sandbox/faults` may ask for, and which fault the next call meets.

A fault is an object with `call` (one of CALLS, or "*" for any), `times` (default 1; null for ever), and what to do:

    {"status": 503, "body": ..., "headers": {...}}   this answer; `body` is text as it stands, or any JSON
    {"drop": "before"}     close the connection, nothing done     {"drop": "after"}   the same, the work done
    {"delay": 2.5}         seconds before the answer, which may be one of the others
    {"truncate": 10}       the true answer with its true length, cut after so many bytes
    {"drip": 0.05}         the true answer one byte at a time, so many seconds apart
    {"garbage": true}      200 with a page of HTML                {"redirect": url}   302 to url

With `"after": true` the work is done before a status, garbage or redirect is told. Faults are met in the order asked.

A fault for the call "result" waits for the next accepted job and changes how that job is told: `job` is laid over its
public form once it has ended ("when": "ended", the default) or while it has not ("when": "running"); "{video}" and
"{last_frame}" in its strings become the URLs. {"call": "result", "error": text} makes the job fail with that text.
"""

import threading
from dataclasses import dataclass, replace
from typing import Any

from generations.apiframe.sandbox.messages import Refused, Response, answer

CALLS = ("generate", "jobs", "job", "upload", "asset_create", "asset", "me", "models", "file", "result")
_CHANGES = ("status", "body", "headers", "drop", "delay", "truncate", "drip", "garbage", "redirect", "after")
_PAGE = b"<!doctype html><title>Just a moment</title><p>Checking your browser.</p>"
_RESULT_CHANGES = ("job", "when", "error")


@dataclass(frozen=True)
class Fault:
    call: str
    how: dict[str, Any]
    times: int | None = 1

    @property
    def lets_work_be_done(self) -> bool:
        how = self.how
        replaces_the_answer = any(name in how for name in ("status", "garbage", "redirect", "drop"))
        return not replaces_the_answer or bool(how.get("after")) or how.get("drop") == "after"

    def answer(self, done: Response | None) -> Response | None:
        """What is said in place of what was done; None closes the connection without a word."""
        how = self.how
        if "drop" in how:
            return None
        if how.get("garbage"):
            return Response(200, _PAGE, {"Content-Type": "text/html; charset=utf-8"})
        if "redirect" in how:
            return Response(302, b"", {"Location": how["redirect"]})
        if "status" in how:
            return _status_answer(how)
        return done


class Faults:
    """The faults asked for and not met yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{"call": fault.call, "times": fault.times, **fault.how} for fault in self._waiting]

    def take(self, call: str) -> Fault | None:
        """The first fault waiting for `call`, used up once."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.call == call or (fault.call == "*" and call != "result"):
                    self._use(place)
                    return fault
        return None

    def _use(self, place: int) -> None:
        fault = self._waiting[place]
        if fault.times is None:
            return
        if fault.times > 1:
            self._waiting[place] = replace(fault, times=fault.times - 1)
        else:
            del self._waiting[place]


def fault_from(content: dict[str, Any]) -> Fault:
    """Raises Refused 400 for a call or a change we do not know: a fault that never comes proves nothing."""
    call, times = content.get("call"), content.get("times", 1)
    if call not in (*CALLS, "*"):
        raise Refused(400, f"call must be one of {', '.join(CALLS)} or *")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise Refused(400, "times must be a positive number, or null for ever")
    how = {name: value for name, value in content.items() if name not in ("call", "times")}
    known = _RESULT_CHANGES if call == "result" else _CHANGES
    if not how or not set(how) <= set(known):
        raise Refused(400, f"what to do must be among {', '.join(known)}")
    return Fault(call, how, times)


def _status_answer(how: dict[str, Any]) -> Response:
    body, headers = how.get("body", {"error": "Asked for by a fault"}), how.get("headers", {})
    if isinstance(body, str):
        return Response(
            how["status"], body.encode(), {"Content-Type": "text/plain; charset=utf-8", **headers}
        )
    told = answer(how["status"], body)
    return replace(told, headers={**told.headers, **headers})
