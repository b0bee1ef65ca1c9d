"""django-q2 brokers that survive outages of their backend and enqueue heartbeats."""

import logging
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import Error
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf
from django_q.core_signing import BadSignature, TimestampSigner
from django_q.signing import SignedPackage
from redis.exceptions import RedisError

from generations.operations.worker.heart import this_lane

logger = logging.getLogger(__name__)

BEAT_EVERY = 5.0
PAUSE_IN_OUTAGE = 1.0
# django-q2 saves its state twice a second, for its own monitor; we show it on one page of the panel.
STATE_EVERY = 10.0
STATE_LASTS = 30
# A queue that was empty for this many looks, five seconds, is asked less often.
EMPTY_LOOKS = 25

Tasks = list[tuple[Any, Any]] | None


def with_current_key(package: str | bytes) -> str:
    """Return the package; if one of SECRET_KEY_FALLBACKS signed it, signed with SECRET_KEY.

    django-q2 knows the current key alone, and would drop what was queued before a change of keys.
    """
    text = package.decode() if isinstance(package, bytes) else package
    for key in settings.SECRET_KEY_FALLBACKS:
        with suppress(BadSignature):
            value = TimestampSigner(key=key, salt=Conf.PREFIX).unsign(text)
            return str(TimestampSigner(key=Conf.SECRET_KEY, salt=Conf.PREFIX).sign(value))
    return text


class Steady:
    """Broker mixin: on an error, wait and let the caller retry instead of crashing."""

    _next_beat = 0.0
    _next_state = 0.0
    _empty_looks = 0
    # Seconds between looks at an idle queue, besides those that django-q2 waits.
    _idle_pause = 0.0

    def ping(self) -> bool:
        return True

    def dequeue(self) -> Tasks:
        """Return the next tasks. Every few seconds, add a heartbeat for this cluster."""
        if this_lane() and time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT_EVERY
            task = {
                "id": uuid4().hex,
                "name": "heartbeat",
                "func": "generations.operations.worker.heart.beat",
                "args": (),
                "kwargs": {},
                "started": timezone.now(),
            }
            return [(None, str(SignedPackage.dumps(task)))]
        try:
            tasks: Tasks = super().dequeue()  # type: ignore[misc]
        except (Error, RedisError) as error:
            logger.warning("The queue cannot be read: %s", error)
            time.sleep(PAUSE_IN_OUTAGE)
            return None
        tasks = [(ack_id, with_current_key(package)) for ack_id, package in tasks or ()]
        self._empty_looks = 0 if tasks else self._empty_looks + 1
        if self._empty_looks > EMPTY_LOOKS:
            # An idle worker asks a database about once a second.
            time.sleep(self._idle_pause)
        return tasks

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Save the state of this cluster every ten seconds instead of at each call."""
        if time.monotonic() >= self._next_state:
            self._next_state = time.monotonic() + STATE_EVERY
            super().set_stat(key, value, STATE_LASTS)  # type: ignore[misc]

    def acknowledge(self, task_id: Any) -> None:
        try:
            super().acknowledge(task_id)  # type: ignore[misc]
        except (Error, RedisError) as error:
            logger.warning("A task may run again, which changes nothing: %s", error)


class SteadyORM(Steady, ORM):
    """A queue in the database."""

    _idle_pause = 0.8

    def next_waiting(self) -> str | None:
        """Return the next task's package without taking it."""
        waiting = self.get_connection().filter(key=self.list_key, lock__lte=timezone.now())
        payload: str | None = waiting.order_by("pk").values_list("payload", flat=True).first()
        return payload and with_current_key(payload)


class SteadyRedis(Steady, Redis):
    """A queue in Redis."""

    def next_waiting(self) -> str | None:
        """Return the next task's package without taking it."""
        package = self.connection.lindex(self.list_key, 0)
        return with_current_key(package) if package else None
