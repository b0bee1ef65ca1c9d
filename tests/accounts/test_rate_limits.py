"""Guessing passwords is limited each way, and strangers lock nobody out."""

import re

import pytest
from django.core import mail
from django.test import Client

from generations.accounts import attempts, sign_in
from generations.accounts.attempts import Limit
from generations.models import User

RIGHT = {"login": "alice", "password": "correct horse battery"}
WINDOW = 15 * 60


def try_to_sign_in(client: Client, address: str = "198.51.100.1", **posted: str) -> int:
    fields = {"login": "alice", "password": "wrong", **posted}
    return client.post("/accounts/login/", fields, REMOTE_ADDR=address).status_code


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window never ends in the middle of a test."""
    monkeypatch.setattr(attempts.time, "time", lambda: 1_800_000_000.0)


def test_a_name_is_tried_five_times_from_an_address(client: Client, alice: User) -> None:  # bar 34
    assert [try_to_sign_in(client) for _ in range(6)] == [200] * 5 + [429]


def test_it_says_when_to_try_again(client: Client, alice: User) -> None:
    for _ in range(6):
        refused = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert 0 < int(refused["Retry-After"]) <= WINDOW
    assert "entrance" in refused.content.decode()


@pytest.mark.parametrize("name", ["alice", "nobody", "alice@example.org", "nobody@example.org"])
def test_known_and_unknown_names_are_refused_alike(client: Client, alice: User, name: str) -> None:  # bar 35
    assert [try_to_sign_in(client, login=name) for _ in range(6)] == [200] * 5 + [429]


def test_case_is_no_way_around_it(client: Client, alice: User) -> None:
    names = ["alice", "Alice", "ALICE", "aLICE", "alicE", "\uff41lice"]
    assert [try_to_sign_in(client, login=name) for name in names][-1] == 429


def test_a_stranger_elsewhere_locks_nobody_out(client: Client, alice: User) -> None:
    for _ in range(8):
        try_to_sign_in(client, "203.0.113.9")
    assert try_to_sign_in(client, **RIGHT) == 302


def test_forged_headers_change_nothing(client: Client, alice: User) -> None:
    for number in range(5):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        client.post("/accounts/login/", {"login": "alice", "password": "wrong"}, headers=headers)
    refused = client.post(
        "/accounts/login/", {"login": "alice", "password": "x"}, headers={"X-Forwarded-For": "192.0.2.99"}
    )
    assert refused.status_code == 429


def test_behind_a_proxy_people_do_not_share_an_address(client: Client, alice: User, settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for _ in range(40):
        client.post(
            "/accounts/login/", {"login": "x", "password": "x"}, headers={"X-Forwarded-For": "192.0.2.1"}
        )
    right = client.post("/accounts/login/", RIGHT, headers={"X-Forwarded-For": "192.0.2.2"})
    assert right.status_code == 302


def test_an_address_tries_thirty_names(client: Client, db: None) -> None:
    found = [try_to_sign_in(client, login=f"name{number}") for number in range(31)]
    assert (found[:30], found[30]) == ([200] * 30, 429)


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        ([f"2001:db8:1:2::{number:x}" for number in range(1, 7)], 429),
        ([f"2001:db8:1:2:{number:x}::1" for number in range(1, 7)], 429),
        ([f"2001:db8:1:{number:x}::1" for number in range(1, 7)], 200),
        (["::ffff:198.51.100.3", *["198.51.100.3"] * 5], 429),
        ([f"::ffff:198.51.100.{number}" for number in range(1, 7)], 200),
        ([f"198.51.100.{number}" for number in range(1, 7)], 200),
    ],
)
def test_an_ipv6_customer_counts_as_one(alice: User, addresses: list[str], last: int) -> None:  # bar 34
    assert [try_to_sign_in(Client(), address) for address in addresses] == [200] * 5 + [last]


def test_so_does_one_behind_a_proxy(alice: User, settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    found = [
        Client(headers={"X-Forwarded-For": f"2001:db8::{number}"}).post(
            "/accounts/login/", RIGHT | {"password": "x"}
        )
        for number in range(1, 7)
    ]
    assert [each.status_code for each in found] == [200] * 5 + [429]


@pytest.fixture
def attacked(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every try of alice's name is used up, from many addresses."""
    monkeypatch.setattr(sign_in, "BY_NAME", Limit(10, WINDOW))
    for number in range(12):
        try_to_sign_in(Client(), f"203.0.113.{number}")


def test_many_addresses_use_up_a_name(attacked: None) -> None:
    assert try_to_sign_in(Client(), "198.51.100.7", **RIGHT) == 429


def test_a_known_device_passes_all_the_same(
    client: Client, alice: User, request: pytest.FixtureRequest
) -> None:
    assert try_to_sign_in(client, **RIGHT) == 302
    client.post("/accounts/logout/")
    request.getfixturevalue("attacked")
    assert try_to_sign_in(client, **RIGHT) == 302


def test_a_known_device_is_limited_too_and_only_for_its_own_name(client: Client, alice: User) -> None:
    try_to_sign_in(client, **RIGHT)
    client.post("/accounts/logout/")
    assert [try_to_sign_in(client) for _ in range(11)] == [200] * 10 + [429]
    assert [try_to_sign_in(client, login="bob") for _ in range(6)][-1] == 429


def test_a_new_password_makes_devices_unknown(
    client: Client, alice: User, request: pytest.FixtureRequest
) -> None:
    try_to_sign_in(client, **RIGHT)
    client.post("/accounts/logout/")
    alice.set_password("another odd one")
    alice.save()
    request.getfixturevalue("attacked")
    assert try_to_sign_in(client, login="alice", password="another odd one") == 429


def test_the_right_password_uses_up_nothing(client: Client, alice: User) -> None:
    for _ in range(7):
        assert try_to_sign_in(Client(), **RIGHT) == 302


def test_the_window_ends(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        try_to_sign_in(client)
    monkeypatch.setattr(attempts.time, "time", lambda: 1_800_000_000.0 + WINDOW)
    assert try_to_sign_in(client, **RIGHT) == 302


LIMITED = [
    ("post", "/generations/quote/", "quote"),
    ("post", "/generations/", "generation_create"),
    ("post", "/library/", "upload"),
    ("post", "/generations/tray/files/", "upload"),
    ("get", "/gallery/?q=fox", "search"),
    ("get", "/library/?q=fox", "search"),
    ("post", "/gallery/bulk/", "bulk"),
    ("post", "/generations/tray/", "change"),
    ("post", "/credits/request/", "change"),
    ("post", "/presets/", "change"),
    ("post", "/accounts/email/", "change"),
    ("get", "/credits/entries.csv", "entries_csv"),
    ("get", "/preferences/export/", "export"),
]


@pytest.mark.parametrize(("method", "url", "name"), LIMITED)
def test_what_costs_most_is_limited_by_person(
    as_alice: Client, as_bob: Client, settings, method: str, url: str, name: str
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, name: 2}
    found = [getattr(as_alice, method)(url) for _ in range(3)]
    assert [each.status_code == 429 for each in found] == [False, False, True]
    assert 0 < int(found[-1]["Retry-After"]) <= 60
    assert getattr(as_bob, method)(url).status_code != 429


def test_an_invitation_is_tried_a_bounded_number_of_times_by_address(
    client: Client, db: None, settings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invitation": 2}
    tried = [client.get(f"/invitations/{number}/", REMOTE_ADDR="203.0.113.7") for number in range(3)]
    assert [each.status_code == 429 for each in tried] == [False, False, True]
    assert 0 < int(tried[-1]["Retry-After"]) <= 60
    assert client.get("/invitations/4/", REMOTE_ADDR="203.0.113.8").status_code != 429


def test_a_page_without_a_search_is_not_counted(as_alice: Client, settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": 0}
    assert as_alice.get("/gallery/").status_code == 200


def test_strangers_are_mailed_a_bounded_number_of_times_a_day(db: None) -> None:
    for number in range(40):
        Client().post(
            "/accounts/password/reset/",
            {"email": f"stranger{number}@example.org"},
            REMOTE_ADDR=f"203.0.113.{number}",
        )
    assert len(mail.outbox) == 20


def test_links_in_mails_are_made_of_the_public_url(client: Client, alice: User, settings) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://studio.example", ["localhost"]
    client.post(
        "/accounts/password/reset/", {"email": "alice@example.org"}, headers={"Host": "localhost:8123"}
    )
    [link] = re.findall(r"https?://\S+", mail.outbox[0].body)
    assert link.startswith("https://studio.example/accounts/password/reset/key/")
