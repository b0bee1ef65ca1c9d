"""Injected failures, as requested by `POST /_sandbox/faults`.

A fault is an object with `call` (one of CALLS, or "*" for any), `times` (default 1; null for no limit)
and an action:

    {"status": 503, "body": ..., "headers": {...}}   this response; `body` is raw text or any JSON
    {"drop": "before"}     close the connection without doing the work; "after" does the work first
    {"delay": 2.5}         wait this many seconds; may be combined with another action
    {"truncate": 10}       the real response with its real length, cut after this many bytes
    {"drip": 0.05}         the real response one byte at a time, this many seconds apart
    {"garbage": true}      200 with an HTML page; {"redirect": url} is a 302 to url

With `"after": true` the work is done before a status, garbage or redirect is sent. Faults apply in order.

A fault for the call "result" applies to the next accepted job and changes how that job is reported. `job`
overrides fields of its public JSON after it has ended ("when": "ended", the default) or before ("when":
"running"). "{video}" and "{last_frame}" in its strings become the URLs. {"call": "result", "error": text}
makes the job fail with that text.
"""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from werkzeug import Response

from generations.apiframe.sandbox.api.responses import Refused

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
        """Return the response to send in place of `done`; None closes the connection."""
        how = self.how
        if "drop" in how:
            return None
        if how.get("garbage"):
            return Response(_PAGE, 200, content_type="text/html; charset=utf-8")
        if "redirect" in how:
            return Response(b"", 302, {"Location": how["redirect"]})
        if "status" in how:
            body = how.get("body", {"error": "Requested by a fault"})
            is_text = isinstance(body, str)
            response = Response(body if is_text else json.dumps(body), how["status"])
            response.content_type = f"{'text/plain' if is_text else 'application/json'}; charset=utf-8"
            response.headers.update(how.get("headers", {}))
            return response
        return done

    def damage(self, response: Response, line: socket.socket, is_stopping: threading.Event) -> Response:
        """Cut the response short or slow it down. Content-Length still announces all of it."""
        if "truncate" in self.how:
            pieces = _beginning(response, self.how["truncate"], line)
        elif "drip" in self.how:
            pieces = _bytes_apart(response, self.how["drip"], is_stopping)
        else:
            return response
        damaged = Response(pieces, response.status, response.headers, direct_passthrough=True)
        damaged.call_on_close(response.close)
        return damaged


def _beginning(response: Response, length: int, line: socket.socket) -> Iterator[bytes]:
    for piece in response.iter_encoded():
        yield piece[:length]
        length -= len(piece)
        if length <= 0:
            break
    line.shutdown(socket.SHUT_RDWR)


def _bytes_apart(response: Response, pause: float, is_stopping: threading.Event) -> Iterator[bytes]:
    for piece in response.iter_encoded():
        for byte in piece:
            yield bytes([byte])
            if is_stopping.wait(pause):
                return


class Faults:
    """Pending faults."""

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
        """Return the first pending fault for `call` and count it as used once."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.call == call or (fault.call == "*" and call != "result"):
                    if fault.times == 1:
                        del self._waiting[place]
                    elif fault.times is not None:
                        self._waiting[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def take_override(self) -> dict[str, Any] | None:
        """Return how the next accepted job is to be reported, if a fault changes that."""
        fault = self.take("result")
        return fault.how if fault else None


def fault_from(content: dict[str, Any]) -> Fault:
    """Build a fault from a request. Raises Refused 400 for an unknown call or action.

    A misspelled fault would never occur, and a test that relies on it would prove nothing.
    """
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
