"""Deadlines and the record of sent bytes work over TLS and over plain HTTP."""

import itertools
import time

import pytest
import requests

from generations.apiframe import NotSent, Timeouts, Unknown
from generations.apiframe.transport import Exchange, Transport, chunks

from .stub import answer, drip, head


def exchange(seconds: float = 1.0) -> Exchange:
    return Exchange(time.monotonic() + seconds, time.monotonic, Timeouts())


@pytest.mark.parametrize(("now", "seconds"), [(0, 20), (15, 15), (29.5, 0.5)])
def test_no_step_may_exceed_the_deadline(now, seconds):  # bar 17
    assert Exchange(30, lambda: now, Timeouts(read=20)).patience() == seconds


@pytest.mark.parametrize("now", [30, 31])
def test_no_step_starts_after_the_deadline(now):  # bar 17
    with pytest.raises(TimeoutError):
        Exchange(30, lambda: now, Timeouts()).patience()


@pytest.fixture
def transport(certificate):
    transport = Transport(timeouts=Timeouts(), ca_bundle=str(certificate))
    yield transport
    transport.close()


def read(transport, url, under_way):
    with transport.open(requests.Request("GET", url), exchange=under_way) as response:
        return b"".join(chunks(response))


def test_it_reads_over_tls(transport, self_signed):
    self_signed.play(answer(200, b"private"))
    assert read(transport, self_signed.url, exchange(10)) == b"private"


@pytest.mark.parametrize("start", [head(200, {"Content-Length": "99999"}), b"HTTP/1.1 200 OK\r\nX: "])
def test_a_slow_drip_ends_at_the_deadline_over_tls_too(transport, self_signed, start):  # bar 17, F9, F10
    self_signed.play(drip(start, itertools.repeat(b"x")))
    with pytest.raises(Unknown):
        read(transport, self_signed.url, exchange())


def test_it_records_that_bytes_were_sent(transport, self_signed):
    under_way = exchange(10)
    with pytest.raises(Unknown):
        read(transport, self_signed.url, under_way)
    assert under_way.has_left


def test_it_records_that_nothing_was_sent(transport):
    under_way = exchange(10)
    with pytest.raises(NotSent):
        read(transport, "https://nowhere.invalid", under_way)
    assert not under_way.has_left


def test_proxy_settings_of_the_machine_are_ignored(transport, self_signed, second, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", second.url)
    self_signed.play(answer(200, b"direct"))
    assert read(transport, self_signed.url, exchange(10)) == b"direct"
