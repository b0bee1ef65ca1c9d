"""The prompt guide, and its examples in the composer."""

import pytest
from django.test import Client

from generations.models import User
from generations.seedance.guide import EXAMPLES, SECTIONS, STARTERS
from generations.seedance.parameters import PROMPT_LIMIT
from tests.factories import make_generation


def test_every_section_is_on_the_page(as_alice: Client) -> None:
    words = as_alice.get("/guide/").content.decode()
    assert words.count('class="guide-section"') == len(SECTIONS)
    assert all(f"/?example={section.example.key}" in words for section in SECTIONS)


def test_htmx_gets_only_its_text(as_alice: Client) -> None:
    response = as_alice.get("/guide/", headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="guide-text"')
    assert "HX-Request" in response["Vary"]


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/guide/")["Location"].startswith("/accounts/login/")


def test_it_accepts_only_get(as_alice: Client) -> None:
    assert as_alice.post("/guide/").status_code == 405


@pytest.mark.parametrize("key", EXAMPLES)
def test_an_example_fills_the_composer(as_alice: Client, key: str) -> None:
    form = as_alice.get(f"/?example={key}").context["form"]
    assert form["prompt"].value() == str(EXAMPLES[key].prompt)


@pytest.mark.parametrize("key", EXAMPLES)
def test_an_example_is_a_valid_prompt(as_alice: Client, key: str) -> None:
    assert 0 < len(str(EXAMPLES[key].prompt)) < PROMPT_LIMIT
    response = as_alice.post("/generations/", {"prompt": str(EXAMPLES[key].prompt), "resolution": "480p"})
    assert response.status_code == 302


def test_a_missing_example_is_404(as_alice: Client) -> None:
    assert as_alice.get("/?example=nonsense").status_code == 404


def test_no_two_examples_share_a_key() -> None:
    assert len(EXAMPLES) == len(SECTIONS) + len(STARTERS)


def test_an_empty_studio_offers_three_that_work_without_script(as_alice: Client) -> None:
    words = as_alice.get("/").content.decode()
    assert all(f'href="/?example={example.key}"' in words for example in STARTERS)


def test_the_composer_links_to_the_guide(as_alice: Client, alice: User) -> None:
    make_generation(user=alice)
    assert 'href="/guide/"' in as_alice.get("/").content.decode()
