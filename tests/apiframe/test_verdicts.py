"""Pure decisions: how long to wait, when to retry, which JSON to accept."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from generations.apiframe import ApiframeError, NotSent, RateLimited, Refused, Unknown, Untrusted
from generations.apiframe.client import _pause, _should_retry
from generations.apiframe.strict_json import read_object
from generations.apiframe.verdicts import one_line, retry_after

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def limited(seconds: float | None) -> RateLimited:
    error = RateLimited("Slow down", status=429)
    error.retry_after = seconds
    return error


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("5", 5), (" 7 ", 7), ("99999999", 900), ("9" * 5000, 900)]
    + [(nonsense, None) for nonsense in ("", "soon", "-5", "1.5", "nan", "inf", "٣", "Mon, 99 Foo 2026")],
)
def test_retry_after_is_seconds_capped_or_ignored(value, seconds):  # F33, F34
    assert retry_after({"Retry-After": value}) == seconds


def test_a_date_is_compared_with_the_servers_clock():  # bar 23, F49
    headers = {"Date": format_datetime(NOON, usegmt=True)}
    headers["Retry-After"] = format_datetime(NOON + timedelta(seconds=90), usegmt=True)
    assert retry_after(headers) == 90


def test_a_date_in_the_past_is_ignored():
    assert retry_after({"Retry-After": format_datetime(NOON, usegmt=True), "Date": ""}) is None


def test_a_missing_header_is_ignored():
    assert retry_after({}) is None


@pytest.mark.parametrize(
    "error", [NotSent("x"), Unknown("x"), Unknown("x", status=503), limited(None), limited(1), limited(2)]
)
def test_a_get_is_retried_if_that_can_help(error):
    assert _should_retry(error, method="GET", attempt=1, patience=2)


@pytest.mark.parametrize(
    "error",
    [ApiframeError("x"), Refused("x"), Untrusted("x"), Unknown("x", status=501), limited(2.5), limited(900)],
)
def test_a_get_is_not_retried_if_useless_or_slow(error):
    assert not _should_retry(error, method="GET", attempt=1, patience=2)


def test_a_post_is_left_to_the_caller():
    assert not _should_retry(NotSent("x"), method="POST", attempt=1, patience=2)


def test_the_third_attempt_is_the_last():
    assert _should_retry(Unknown("x"), method="GET", attempt=2, patience=2)
    assert not _should_retry(Unknown("x"), method="GET", attempt=3, patience=2)


def test_with_zero_patience_every_429_goes_to_the_caller():  # bar 15
    assert not _should_retry(limited(None), method="GET", attempt=1, patience=0)
    assert not _should_retry(limited(0), method="GET", attempt=1, patience=0)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 0.25), (2, 0.5), (3, 1), (20, 8)])
def test_the_backoff_doubles_up_to_a_cap(attempt, seconds):
    assert _pause(Unknown("x"), attempt=attempt, random=lambda: 1.0) == seconds


def test_jitter_reduces_the_backoff_but_never_retry_after():
    assert _pause(Unknown("x"), attempt=3, random=lambda: 0.0) == 0
    assert _pause(limited(5), attempt=1, random=lambda: 0.0) == 5


def test_it_reads_an_object():
    body = '{"a": [1, 2.5, -9223372036854775808, null, true, "é"]}'.encode()
    assert read_object(body) == {"a": [1, 2.5, -(2**63), None, True, "é"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b'{"a": "\xff"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9223372036854775808}',
        b'{"a": ' + b"1" * 1_000_000 + b"}",
        b'{"b": {"a": 1, "a": 1}}',
        b'{"a":' * 100_000,
    ],
)
def test_it_rejects_json_that_parsers_disagree_on(body):  # bar 18, F18 to F22
    with pytest.raises(ValueError, match=r"\w"):
        read_object(body)


def test_untrusted_text_becomes_one_printable_line():
    assert one_line("a\r\nb\x1b[0m\u2028c é 映\x00") == "a b [0m c é 映"
