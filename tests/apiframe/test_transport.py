"""The deadline and the certainty of sending hold on TLS as on plain connections."""

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
def test_no_step_may_take_longer_than_the_whole(now, seconds):  # bar 17
    assert Exchange(30, lambda: now, Timeouts(read=20)).patience() == seconds


@pytest.mark.parametrize("now", [30, 31])
def test_no_step_begins_after_the_deadline(now):  # bar 17
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
def test_dripping_ends_at_the_deadline_over_tls_too(transport, self_signed, start):  # bar 17, F9, F10
    self_signed.play(drip(start, itertools.repeat(b"x")))
    with pytest.raises(Unknown):
        read(transport, self_signed.url, exchange())


def test_it_knows_that_bytes_have_left(transport, self_signed):
    under_way = exchange(10)
    with pytest.raises(Unknown):
        read(transport, self_signed.url, under_way)
    assert under_way.has_left


def test_it_knows_that_no_byte_has_left(transport):
    under_way = exchange(10)
    with pytest.raises(NotSent):
        read(transport, "https://nowhere.invalid", under_way)
    assert not under_way.has_left


def test_no_setting_of_the_machine_sends_it_elsewhere(transport, self_signed, second, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", second.url)
    self_signed.play(answer(200, b"direct"))
    assert read(transport, self_signed.url, exchange(10)) == b"direct"
