"""Addresses: what a request takes, and the code of what it does not."""

import pytest

from generations.composer.addresses import ending_of, problem_of, short_name

GOOD = [
    "https://example.org/fox.png",
    "HTTPS://EXAMPLE.ORG/fox.png",
    "https://example.org:8443/a?b=c#d",
    "https://bücher.example/fox.png",
    "https://8.8.8.8/fox.png",
    "https://[2606:4700::1111]/fox.png",
    "asset://a1",
    "asset://asset-2024:a_b.c",
]
BAD = [
    ("https://[", "link"),
    ("//[", "link"),
    ("http://[x]/a", "link"),
    ("", "link"),
    ("https://", "link"),
    ("https://fox/a.png", "link"),
    ("https://example.org:99999/a.png", "link"),
    ("https://example.org:0/a.png", "link"),
    ("https://example.org:x/a.png", "link"),
    ("https://example.org/a b.png", "link"),
    ("https://example.org/a\u200b.png", "link"),
    ("https://exam ple.org/a.png", "link"),
    ("https://-/a.png", "link"),
    ("https://1.2.3/a.png", "link"),
    ("ftp://example.org/a.png", "link"),
    ("javascript:alert(1)", "link"),
    ("library:nonsense", "link"),
    ("asset://[::1", "asset"),
    ("asset://x y", "asset"),
    ("ASSET://a", "asset"),
    ("asset://{assetId}", "asset"),
    ("asset://<script>", "asset"),
    ("asset://a/b", "asset"),
    ("asset://", "asset"),
    ("asset:a", "asset"),
    ("http://localhost/a.png", "host"),
    ("http://LOCALHOST.:8000/a.png", "host"),
    ("http://files.localhost/a.png", "host"),
    ("http://127.0.0.1/a.png", "host"),
    ("http://10.0.0.8/a.png", "host"),
    ("http://[::1]/a.png", "host"),
    ("https://example.org/" + "x" * 2000, "long"),
]


@pytest.mark.parametrize("address", GOOD)
def test_it_takes_what_a_request_takes(address: str) -> None:
    assert problem_of(address) == ""


@pytest.mark.parametrize(("address", "code"), BAD)
def test_it_says_what_is_wrong(address: str, code: str) -> None:
    assert problem_of(address) == code


@pytest.mark.parametrize(("address", "_code"), BAD)
def test_any_text_has_a_name_and_an_ending(address: str, _code: str) -> None:
    assert (short_name(address) or ending_of(address)) or not address


def test_the_name_of_a_file_is_what_people_recognise() -> None:
    assert short_name("https://example.org/a/fox.MP4?x=1") == "fox.MP4"
    assert ending_of("https://example.org/a/fox.MP4?x=1") == ".mp4"
