"""Addresses from outside: malformed ones raise nothing, and none leads away."""

import ast
from pathlib import Path

import pytest

from generations.texts.addresses import path_here, split_address

GENERATIONS = Path(__file__).parents[2] / "generations"
MALFORMED = ["https://[", "http://[::1", "http://host:port/", "http://host:99999/", "//[x]/", "http://a[b]/"]


@pytest.mark.parametrize("address", MALFORMED)
def test_a_malformed_address_has_no_parts(address: str) -> None:
    assert split_address(address).geturl() == ""
    assert path_here(address, host="here.example") == ""


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://here.example/gallery/?q=fox", "/gallery/?q=fox"),
        ("https://here.example", "/"),
        ("https://here.example//evil.example/", "/evil.example/"),
        ("https://here.example/\\evil.example/", "/evil.example/"),
        ("https://evil.example/", ""),
        ("https://here.example@evil.example/", ""),
        ("//here.example/", ""),
        ("javascript://here.example/%0aalert(1)", ""),
        ("", ""),
    ],
)
def test_only_a_path_of_ours_is_left(address: str, path: str) -> None:  # bar 38
    assert path_here(address, host="here.example") == path


def test_nobody_else_takes_addresses_apart() -> None:
    """What Apiframe takes as a reference is guarded in its own room, as its client and sandbox are."""
    guarded = {GENERATIONS / room / "addresses.py" for room in ("texts", "seedance")}
    allowed = {*guarded, *(GENERATIONS / "apiframe").rglob("*.py")}
    bare = [
        path.name
        for path in set(GENERATIONS.rglob("*.py")) - allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "urllib.parse"
        if {"urlsplit", "urlparse"} & {each.name for each in node.names}
    ]
    assert bare == []
