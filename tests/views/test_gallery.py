"""The gallery's page, its fragments and its addresses."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations import shelves
from generations.models import Generation, User
from generations.views.gallery import GALLERY_PAGE
from tests.factories import make_clips, make_generation, make_recipe

MORE = {"HX-Request": "true", "HX-Target": "feed-more"}
RESULTS = {"HX-Request": "true", "HX-Target": "gallery"}


def _shown(response) -> list[str]:
    return re.findall(r'<li id="card-([0-9a-f-]{36})"', response.content.decode())


def _ids(clips: list[Generation]) -> list[str]:
    return [str(clip.pk) for clip in clips]


def _link(response, rel: str) -> str:
    [address] = re.findall(rf'rel="{rel}"\s+href="([^"]+)"', response.content.decode())
    return address.replace("&amp;", "&")


def test_it_shows_what_is_asked_for(as_alice: Client, alice: User) -> None:
    fox = make_generation(user=alice, recipe=make_recipe(prompt="A red fox"))
    make_generation(user=alice, recipe=make_recipe(prompt="A white hare"))
    assert _shown(as_alice.get("/gallery/?q=fo")) == [str(fox.pk)]


@pytest.mark.parametrize(
    ("query", "tab"),
    [("", "All clips"), ("?favourite=1", "Favourites"), ("?collection={shelf}", "Collections")],
)
def test_it_tells_which_of_its_parts_it_is(as_alice: Client, alice: User, query: str, tab: str) -> None:
    shelf = alice.collections.create(name="Foxes")
    page = as_alice.get(f"/gallery/{query.format(shelf=shelf.pk)}").content.decode()
    [marked] = re.findall(r'aria-current="page">(?:<svg.*?</svg>)([\w ]+)</a>\s*(?:<a|</nav>)', page)[-1:]
    assert marked == tab


def test_it_shows_only_ones_own(as_bob: Client, generation: Generation) -> None:
    assert _shown(as_bob.get("/gallery/")) == []


def test_somebody_elses_collection_does_not_exist(as_bob: Client, alice: User) -> None:
    theirs = shelves.collection_named(alice, "Trip")
    assert as_bob.get(f"/gallery/?collection={theirs.pk}").status_code == 404


def test_it_is_read_in_pages_of_links(as_alice: Client, alice: User) -> None:
    made = _ids(make_clips(alice, GALLERY_PAGE + 5))[::-1]
    first = as_alice.get("/gallery/")
    second = as_alice.get(_link(first, "next"))
    assert (_shown(first), _shown(second)) == (made[:GALLERY_PAGE], made[GALLERY_PAGE:])
    assert _shown(as_alice.get(_link(second, "prev"))) == _shown(first)


def test_a_page_keeps_the_filter(as_alice: Client, alice: User) -> None:
    make_clips(alice, GALLERY_PAGE + 1, prompt="fox")
    assert _link(as_alice.get("/gallery/?q=fox&status=&sort=longest"), "next").startswith(
        "/gallery/?q=fox&sort=longest&after="
    )


def test_scrolling_brings_the_next_cards_alone(as_alice: Client, alice: User) -> None:
    make_clips(alice, GALLERY_PAGE + 5)
    address = _link(as_alice.get("/gallery/"), "next")
    response = as_alice.get(address, headers=MORE)
    assert len(_shown(response)) == 5
    assert "<html" not in response.content.decode()
    assert "HX-Target" in response["Vary"]


def test_a_change_of_filter_brings_the_results_alone(as_alice: Client, generation: Generation) -> None:
    response = as_alice.get("/gallery/?q=fox&status=&ratio=", headers=RESULTS)
    assert response.content.decode().lstrip().startswith('<section id="gallery"')
    assert response["HX-Push-Url"] == "/gallery/?q=fox"


def test_another_letter_is_no_step_for_the_back_button(as_alice: Client, generation: Generation) -> None:
    before = {**RESULTS, "HX-Current-URL": "http://testserver/gallery/?q=fo&sound=on"}
    response = as_alice.get("/gallery/?q=fox&sound=on", headers=before)
    assert response["HX-Replace-Url"] == "/gallery/?q=fox&sound=on"


def test_it_counts_what_matches(as_alice: Client, alice: User) -> None:
    make_clips(alice, 60, prompt="fox")
    make_clips(alice, 3, prompt="hare")
    assert as_alice.get("/gallery/?q=fox").context["total"] == 60


def test_a_card_knows_the_list_it_is_in(as_alice: Client, generation: Generation) -> None:
    words = as_alice.get("/gallery/?q=fox&sort=longest").content.decode()
    assert f"/generations/{generation.pk}/?within=q%3Dfox%26sort%3Dlongest" in words


def test_the_detail_page_leads_through_that_list(as_alice: Client, alice: User) -> None:
    made = make_clips(alice, 5, prompt="fox")
    make_clips(alice, 5, prompt="hare")
    response = as_alice.get(f"/generations/{made[2].pk}/?within=q%3Dfox%26sort%3Doldest")
    assert (response.context["newer"], response.context["older"]) == (made[1], made[3])
    assert f"/generations/{made[3].pk}/?within=q%3Dfox%26sort%3Doldest" in response.content.decode()


def test_an_update_keeps_the_tick_and_the_list(as_alice: Client, generation: Generation) -> None:
    asked = {"showing": f"{generation.pk}.old", "within": "q=fox"}
    words = as_alice.get("/generations/updates/", asked).content.decode()
    assert 'name="clip"' in words
    assert "?within=q%3Dfox" in words


DAMAGED = ["/?after=x", "/gallery/?after=x&before=y", "/trash/?after=%00", "/gallery/?within=x"]


@pytest.mark.parametrize("address", DAMAGED)
def test_a_damaged_address_is_the_first_page(as_alice: Client, generation: Generation, address: str) -> None:
    assert as_alice.get(address).status_code == 200


FILTERED = "/gallery/?q=clip&sort=longest&tag=snow&references=none"


@pytest.mark.parametrize("address", ["/", "/gallery/", FILTERED, "/trash/", "/collections/"])
def test_it_asks_the_same_of_the_database_for_ten_and_for_thousands(
    as_alice: Client, alice: User, address: str
) -> None:
    queries = []
    for more in (10, 3000):
        made = make_clips(alice, more)
        shelves.tag(Generation.objects.filter(pk=made[0].pk), ["Snow"], alice)
        shelves.collect(
            Generation.objects.filter(pk__in=[each.pk for each in made[: more // 2]]),
            shelves.collection_named(alice, f"{more}"),
        )
        Generation.objects.filter(pk__in=[each.pk for each in made[more // 2 :]]).update(
            trashed_at=made[0].created_at
        )
        as_alice.get(address)
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        queries.append(len(asked))
    assert queries[0] == queries[1]
    assert queries[0] <= 14


def test_it_is_read_only(as_alice: Client) -> None:
    assert as_alice.post("/gallery/").status_code == 405


def test_a_card_drawn_anew_keeps_its_tick_and_its_list(as_alice: Client, generation: Generation) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/gallery/?q=fox&after=x"}
    words = as_alice.post(f"/generations/{generation.pk}/cancel/", headers=here).content.decode()
    assert 'name="clip"' in words
    assert '?within=q%3Dfox"' in words
