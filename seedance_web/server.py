"""The web server: Gunicorn starts and stops the processes, Waitress does the network's part in each.

One loop per process reads requests and sends answers for all connections; a thread is busy only while Django
computes. So hundreds of slow readers of videos, or of clients that send a byte a second, hold no thread.
"""

import os
import resource
import socket
import tempfile
import time
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from generations.accounts.attempts import counted_address
from seedance_web.bodies import body_limit
from seedance_web.proxies import client_address, is_within

# Per process. Beyond it, new connections wait in the kernel's queue.
MOST_CONNECTIONS = 2000
# Of these, from one address. A trusted proxy has those of everybody, and limits them itself.
MOST_PER_ADDRESS = 400
# Seconds to send the headers. A body may take longer, as long as it comes at this speed in bytes per second.
REQUEST_SECONDS = 20
SLOWEST_BODY = 4096
# Bytes of an answer that may wait on disk for a slow reader. A larger zip holds its thread until less is left.
MOST_WAITING = 256 * 1024 * 1024
# Seconds that a client may take to accept the next bytes of an answer.
SEND_SECONDS = 120


class Request(HTTPRequestParser):
    """A request that is being received, with the time at which its first byte came.

    A body that Django will refuse by its headers (middleware.cap_request_body) is not received at all.
    """

    chunked: bool
    content_length: int
    body_bytes_received: int

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.started = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        has_session = f"{settings.SESSION_COOKIE_NAME}=" in self.headers.get("COOKIE", "")
        most = body_limit(self.command, self.path) if has_session else settings.REQUEST_BODY_LIMIT
        if self.chunked:
            # Waitress hides it; the middleware refuses it.
            self.headers["TRANSFER_ENCODING"] = "chunked"
        if self.chunked or self.content_length > most:
            self.body_rcv, self.chunked, self.content_length = None, False, 0
            self.connection_close = True

    def is_too_slow(self) -> bool:
        allowed = REQUEST_SECONDS + self.body_bytes_received / SLOWEST_BODY
        return time.monotonic() - self.started > allowed


class Task(WSGITask):
    """The answer to a request. To HEAD, Waitress itself would send the body, or at least its end."""

    chunked_response: bool

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if self.request.command == "HEAD":
            if not self.wrote_header:
                self.write(b"")
            self.chunked_response = False
        super().finish()


class Channel(HTTPChannel):
    """A connection; it is closed unread if its address has too many."""

    parser_class = Request
    task_class = Task
    # The address it is counted by; empty for a trusted proxy.
    counted = ""

    def __init__(
        self, server: "Server", connection: socket.socket, peer: tuple[Any, ...], *rest: Any, **named: Any
    ) -> None:
        super().__init__(server, connection, peer, *rest, **named)
        address = client_address(peer[0], "", trusted=())
        if not is_within(address, settings.TRUSTED_PROXIES):
            self.counted = counted_address(address)
            same = sum(each.counted == self.counted for each in server.active_channels.values())
            self.will_close = same > MOST_PER_ADDRESS


class Server(TcpWSGIServer):
    channel_class = Channel

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            is_receiving = channel.request is not None and not channel.requests
            # An answer that nobody takes: Waitress itself looks only at channels without a request.
            is_stuck = channel.total_outbufs_len and channel.last_activity < now - SEND_SECONDS
            if is_stuck or (is_receiving and channel.request.is_too_slow()):
                channel.will_close = True


class BufferedWorker(Worker):
    """A Gunicorn worker that serves its sockets by Waitress."""

    def run(self) -> None:
        # A file descriptor for each connection and for each file that is being sent.
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * MOST_CONNECTIONS + 512
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
        # Bodies and answers that wait; /tmp may be memory.
        tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
        adjustments = Adjustments(
            threads=self.cfg.threads,
            connection_limit=MOST_CONNECTIONS,
            channel_timeout=self.cfg.keepalive + REQUEST_SECONDS,
            cleanup_interval=5,
            outbuf_high_watermark=MOST_WAITING,
            max_request_header_size=64 * 1024,
            max_request_body_size=settings.UPLOAD_BODY_LIMIT + 1,
            # proxies.py reads them, from trusted proxies alone.
            clear_untrusted_proxy_headers=False,
            ident="",
            url_prefix=settings.SUB_PATH,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(adjustments.threads)
        connections: dict[int, Any] = {}
        servers = [
            Server(
                self.wsgi,
                map=connections,
                _sock=each.sock,
                dispatcher=dispatcher,
                adj=adjustments,
                bind_socket=False,
                sockinfo=(each.sock.family, each.sock.type, each.sock.proto, each.sock.getsockname()),
            )
            for each in self.sockets
        ]
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)
        for server in servers:
            server.accepting = False
        give_up = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < give_up and any(map(_is_busy, servers)):
            wasyncore.loop(timeout=0.1, use_poll=True, map=connections, count=1)
        dispatcher.shutdown(cancel_pending=True, timeout=1)


def _is_busy(server: Server) -> bool:
    return any(each.requests or each.total_outbufs_len for each in server.active_channels.values())
