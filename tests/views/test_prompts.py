"""The list of last prompts, and what an address of one puts into the composer."""

from uuid import UUID

import pytest
from django.test import Client

from generations.models import Generation, User
from tests.factories import make_generation, make_recipe

HTMX = {"HX-Request": "true"}


@pytest.fixture
def heron(alice: User) -> Generation:
    return make_generation(user=alice, recipe=make_recipe(prompt="A <heron>\nin the reeds", duration=9))


def test_it_lists_what_was_written(as_alice: Client, heron: Generation) -> None:
    words = as_alice.get("/prompts/").content.decode()
    assert "A &lt;heron&gt;\nin the reeds" in words
    assert f"/?prompt_of={heron.pk}" in words


def test_it_searches(as_alice: Client, heron: Generation) -> None:
    assert "heron" in as_alice.get("/prompts/?words=REED").content.decode()
    assert "No prompt of yours" in as_alice.get("/prompts/?words=hare").content.decode()


def test_a_search_that_is_too_long_narrows_nothing(as_alice: Client, heron: Generation) -> None:
    assert "heron" in as_alice.get(f"/prompts/?words={'x' * 201}").content.decode()


def test_htmx_gets_the_list_alone(as_alice: Client, heron: Generation) -> None:
    response = as_alice.get("/prompts/", headers=HTMX)
    assert response.content.decode().lstrip().startswith('<ul id="prompts"')
    assert "HX-Request" in response["Vary"]


def test_nobody_sees_anothers(as_bob: Client, heron: Generation) -> None:
    assert "heron" not in as_bob.get("/prompts/").content.decode()


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/prompts/")["Location"].startswith("/accounts/login/")


def test_it_is_only_read(as_alice: Client) -> None:
    assert as_alice.post("/prompts/").status_code == 405


def test_its_address_puts_the_words_in_and_nothing_else(as_alice: Client, heron: Generation) -> None:
    response = as_alice.get(f"/?prompt_of={heron.pk}")
    form = response.context["form"]
    assert (form["prompt"].value(), form["duration"].value()) == (heron.prompt, 8)
    assert "data-bound" not in response.content.decode()


@pytest.mark.parametrize("name", ["nonsense", str(UUID(int=1))])
def test_an_address_that_names_no_clip_is_404(as_alice: Client, name: str) -> None:
    assert as_alice.get(f"/?prompt_of={name}").status_code == 404


def test_anothers_clip_does_not_exist(as_bob: Client, heron: Generation) -> None:
    assert as_bob.get(f"/?prompt_of={heron.pk}").status_code == 404
