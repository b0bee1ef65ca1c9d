"""A webhook is accepted only with a valid signature over its exact bytes."""

import hashlib
import hmac

import pytest

from generations.apiframe import webhooks

from .conftest import KEY

PAYLOAD = b'{"event":"completed","jobId":"j1","status":"COMPLETED","progress":100,"extra":1}'


def signed(secret: bytes, payload: bytes = PAYLOAD) -> str:
    return hmac.new(secret, payload, hashlib.sha256).hexdigest()


RAW = signed(hashlib.sha256(KEY.encode()).digest())
HEX = signed(hashlib.sha256(KEY.encode()).hexdigest().encode())


@pytest.mark.parametrize("signature", [RAW, HEX, f"sha256={RAW}", f"sha256={HEX}", f" sha256={RAW.upper()} "])
def test_it_accepts_either_reading_of_the_key_with_or_without_prefix(signature):
    assert webhooks.verify(PAYLOAD, signature, KEY)


@pytest.mark.parametrize(
    "signature", ["", "sha256=", RAW[:-1], RAW + "0", "é" * 64, "\ud800", signed(KEY.encode())]
)
def test_it_rejects_any_other_signature(signature):  # bar 25, F44
    assert not webhooks.verify(PAYLOAD, signature, KEY)


def test_one_changed_byte_invalidates_the_signature():  # bar 25
    assert not webhooks.verify(PAYLOAD + b" ", RAW, KEY)


def test_an_empty_key_accepts_no_signature():
    assert not webhooks.verify(PAYLOAD, signed(hashlib.sha256(b"").digest()), "")


def test_it_reads_the_job_of_a_webhook():
    event = webhooks.read(PAYLOAD)
    assert (event.event, event.job.id, event.job.is_completed, event.job.progress) == (
        "completed",
        "j1",
        True,
        100,
    )


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b'{"jobId":7}', b"\xff", b"[" * 100_000, b'{"jobId":NaN}']
)
def test_a_body_without_a_job_id_is_a_value_error(payload):  # bar 25
    with pytest.raises(ValueError, match=r"\w"):
        webhooks.read(payload)
