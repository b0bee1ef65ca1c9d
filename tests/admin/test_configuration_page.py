"""Configuration and health: what is wrong is named, nothing secret is shown, and the test mail goes out."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from generations.lifecycle.outages import open_studio
from generations.models import Caps, Studio, User, Worker
from generations.operations import figures
from generations.operations.worker import registry
from generations.operations.worker.lanes import HEAVY
from tests.factories import make_generation

PAGE = "/admin/configuration/"
KEY = "afk_0123456789abcdefWXYZ"


def states(client: Client) -> dict[str, str]:
    return {fact.setting or fact.name: fact.state for fact in client.get(PAGE).context["facts"]}


def test_a_key_shows_its_last_four_characters(as_staff: Client, settings) -> None:
    settings.APIFRAME_API_KEY, settings.IS_SANDBOX = KEY, False
    page = as_staff.get(PAGE).content.decode()
    assert "…WXYZ" in page
    assert KEY[:-4] not in page


def test_no_secret_is_shown(as_staff: Client, settings) -> None:
    settings.EMAIL_HOST_PASSWORD = "mail-password"
    settings.REDIS_URL = "redis://:redis-password@127.0.0.1:1/0"
    page = as_staff.get(PAGE).content.decode()
    assert not [each for each in ("mail-password", "redis-password", settings.SECRET_KEY) if each in page]


def test_a_refused_key_is_a_problem(as_staff: Client, settings) -> None:
    settings.APIFRAME_API_KEY, settings.IS_SANDBOX = KEY, False
    open_studio()
    Studio.objects.update(paused_at=timezone.now(), pause_cause=Studio.Pause.KEY_REFUSED)
    assert states(as_staff)["APIFRAME_API_KEY"] == "bad"


@pytest.mark.parametrize(("url", "state"), [("", "odd"), ("http://x.example", "bad")])
def test_a_public_address_without_https_is_named(as_staff: Client, settings, url: str, state: str) -> None:
    settings.PUBLIC_URL, settings.IS_HTTPS = url, False
    assert states(as_staff)["PUBLIC_URL"] == state


def test_a_worker_that_does_not_run_is_a_problem(as_staff: Client) -> None:
    found = states(as_staff)
    assert (found["WORKERS_LIGHT"], found["WORKERS_HEAVY"]) == ("bad", "bad")


def test_media_that_machines_do_not_share_are_named(as_staff: Client) -> None:
    assert "generations.W004" not in {fact.name for fact in as_staff.get(PAGE).context["facts"]}
    registry.register("there", HEAVY)
    Worker.objects.update(host="another-machine", boot_id="another boot")
    assert "generations.W004" in {fact.name for fact in as_staff.get(PAGE).context["facts"]}


def test_mail_that_goes_nowhere_is_named(as_staff: Client, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert states(as_staff)["EMAIL_URL"] == "odd"


def test_the_test_mail_goes_to_the_reader(as_staff: Client, staff: User) -> None:
    assert as_staff.post(f"{PAGE}test-mail/").status_code == 302
    assert [message.to for message in mail.outbox] == [[staff.email]]


@pytest.mark.parametrize(
    ("address", "level", "sent"),
    [
        ("me@example.org", "success", [["me@example.org"]]),
        ("", "error", []),
        ("me@", "error", []),
        ("a@example.org, b@example.org", "error", []),
    ],
)
def test_a_reader_without_address_names_one(
    as_staff: Client, staff: User, address: str, level: str, sent: list[list[str]]
) -> None:
    User.objects.filter(pk=staff.pk).update(email="")
    assert 'name="address"' in as_staff.get(PAGE).content.decode()
    page = as_staff.post(f"{PAGE}test-mail/", {"address": address}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == [level]
    assert [message.to for message in mail.outbox] == sent


def test_who_has_an_address_sends_to_no_other(as_staff: Client, staff: User) -> None:
    as_staff.post(f"{PAGE}test-mail/", {"address": "somebody@example.org"})
    assert [message.to for message in mail.outbox] == [[staff.email]]


def test_limits_for_everyone_are_edited_here(as_staff: Client) -> None:
    as_staff.post(f"{PAGE}limits/", {"daily_credits": "50"})
    assert Caps.objects.get(user=None).daily_credits == 50
    assert as_staff.post(f"{PAGE}limits/", {"daily_credits": "-1"}).status_code == 422


# Operations.


def test_a_rate_of_an_hour_says_nothing(alice: User) -> None:
    make_generation(user=alice, status="finished", upstream_cost=4)
    assert figures.week_of_credits().days_left(1000) is None


@pytest.mark.parametrize(("days", "left"), [(2, 500), (30, 1750)])
def test_the_rate_counts_the_days_there_were(alice: User, days: int, left: int) -> None:
    clip = make_generation(user=alice, status="finished", upstream_cost=4)
    old = make_generation(user=alice, status="finished", upstream_cost=4)
    type(old).objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=days))
    billed = figures.week_of_credits()
    assert billed.credits == (8 if days < 7 else 4)
    assert billed.days_left(2000 if days == 2 else 1000) == left
    assert clip.upstream_cost == 4
