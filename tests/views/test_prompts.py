"""The list of recent prompts, and reusing one by URL."""

from uuid import UUID

import pytest
from django.test import Client

from generations.models import Generation, User
from tests.factories import make_generation, make_recipe

HTMX = {"HX-Request": "true"}


@pytest.fixture
def heron(alice: User) -> Generation:
    return make_generation(user=alice, recipe=make_recipe(prompt="A <heron>\nin the reeds", duration=9))


def test_it_lists_recent_prompts(as_alice: Client, heron: Generation) -> None:
    words = as_alice.get("/prompts/").content.decode()
    assert "A &lt;heron&gt;\nin the reeds" in words
    assert f"/?prompt_of={heron.pk}" in words


def test_it_searches_prompts(as_alice: Client, heron: Generation) -> None:
    assert "heron" in as_alice.get("/prompts/?words=REED").content.decode()
    assert "heron" not in as_alice.get("/prompts/?words=hare").content.decode()


def test_a_too_long_search_is_ignored(as_alice: Client, heron: Generation) -> None:
    assert "heron" in as_alice.get(f"/prompts/?words={'x' * 201}").content.decode()


def test_htmx_gets_only_the_list(as_alice: Client, heron: Generation) -> None:
    response = as_alice.get("/prompts/", headers=HTMX)
    assert response.content.decode().lstrip().startswith('<ul id="prompts"')
    assert "HX-Request" in response["Vary"]


def test_a_user_sees_only_their_own(as_bob: Client, heron: Generation) -> None:
    assert "heron" not in as_bob.get("/prompts/").content.decode()


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/prompts/")["Location"].startswith("/accounts/login/")


def test_it_accepts_only_get(as_alice: Client) -> None:
    assert as_alice.post("/prompts/").status_code == 405


def test_its_url_fills_in_only_the_prompt(as_alice: Client, heron: Generation) -> None:
    response = as_alice.get(f"/?prompt_of={heron.pk}")
    form = response.context["form"]
    assert (form["prompt"].value(), form["duration"].value()) == (heron.prompt, 8)
    assert "data-bound" not in response.content.decode()


@pytest.mark.parametrize("name", ["nonsense", str(UUID(int=1))])
def test_a_url_of_a_missing_clip_is_404(as_alice: Client, name: str) -> None:
    assert as_alice.get(f"/?prompt_of={name}").status_code == 404


def test_another_users_clip_is_404(as_bob: Client, heron: Generation) -> None:
    assert as_bob.get(f"/?prompt_of={heron.pk}").status_code == 404
