"""The gallery's page, fragments and URLs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.gallery import collections
from generations.gallery.pages import GALLERY_PAGE
from generations.models import Generation, User
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


def test_it_shows_matching_clips(as_alice: Client, alice: User) -> None:
    fox = make_generation(user=alice, recipe=make_recipe(prompt="A red fox"))
    make_generation(user=alice, recipe=make_recipe(prompt="A white hare"))
    assert _shown(as_alice.get("/gallery/?q=fo")) == [str(fox.pk)]


@pytest.mark.parametrize(
    ("query", "tab"),
    [("", "All clips"), ("?favourite=1", "Favourites"), ("?collection={shelf}", "Collections")],
)
def test_it_marks_the_current_section(as_alice: Client, alice: User, query: str, tab: str) -> None:
    shelf = alice.collections.create(name="Foxes")
    page = as_alice.get(f"/gallery/{query.format(shelf=shelf.pk)}").content.decode()
    [marked] = re.findall(r'aria-current="page">(?:<svg.*?</svg>)([\w ]+)</a>\s*(?:<a|</nav>)', page)[-1:]
    assert marked == tab


def test_a_full_page_stays_within_its_number_of_elements(as_alice: Client, alice: User) -> None:
    files = {"poster": "p.jpg", "strip": "s.jpg", "last_frame": "l.png", "width": 720, "height": 1280}
    make_clips(alice, GALLERY_PAGE, **files, seed=7)
    page = as_alice.get("/gallery/").content.decode()
    assert len(_shown(as_alice.get("/gallery/"))) == GALLERY_PAGE
    assert len(re.findall(r"<[a-z]", page)) <= 1600


def test_it_shows_only_ones_own_clips(as_bob: Client, generation: Generation) -> None:
    assert _shown(as_bob.get("/gallery/")) == []


@pytest.mark.parametrize(
    ("query", "field", "words"), [("", "clip", "Delete"), ("?stack", "stack", "Delete all takes")]
)
def test_the_menu_of_a_card_acts_on_what_the_card_stands_for(
    as_alice: Client, alice: User, query: str, field: str, words: str
) -> None:
    [clip] = make_clips(alice, 1)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/gallery/?q=clip"}
    menu = as_alice.get(f"/generations/{clip.pk}/menu/{query}", headers=here).content.decode()
    assert re.search(rf'name="{field}"\s+value="{clip.pk}"', menu)
    assert 'name="within" value="q=clip"' in menu
    assert f"</svg>{words}</button>" in menu


@pytest.mark.parametrize(("thumbnail", "src"), [("t.webp", "thumbnail.webp"), ("", "poster.jpg")])
def test_a_card_shows_its_small_picture_or_that_of_an_older_clip(
    as_alice: Client, alice: User, thumbnail: str, src: str
) -> None:
    [clip] = make_clips(alice, 1, poster="p.jpg", thumbnail=thumbnail)
    page = as_alice.get("/gallery/").content.decode()
    [shown] = re.findall(r'class="stage-poster"\s+src="([^"]+)"', page)
    assert shown == f"/generations/{clip.pk}/{src}"
    assert (f"/generations/{clip.pk}/poster.jpg 960w" in page) is bool(thumbnail)


def test_the_menu_of_a_card_leads_to_the_clip_without_htmx(as_alice: Client, generation: Generation) -> None:
    response = as_alice.get(f"/generations/{generation.pk}/menu/")
    assert response.headers["Location"] == generation.get_absolute_url()


def test_another_users_collection_is_404(as_bob: Client, alice: User) -> None:
    theirs = collections.collection_named(alice, "Trip")
    assert as_bob.get(f"/gallery/?collection={theirs.pk}").status_code == 404


def test_it_has_page_links(as_alice: Client, alice: User) -> None:
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


def test_scrolling_loads_only_the_next_cards(as_alice: Client, alice: User) -> None:
    make_clips(alice, GALLERY_PAGE + 5)
    address = _link(as_alice.get("/gallery/"), "next")
    response = as_alice.get(address, headers=MORE)
    assert len(_shown(response)) == 5
    assert "<html" not in response.content.decode()
    assert "HX-Target" in response["Vary"]


def test_changing_a_filter_returns_only_the_results(as_alice: Client, generation: Generation) -> None:
    response = as_alice.get("/gallery/?q=fox&status=&ratio=", headers=RESULTS)
    assert response.content.decode().lstrip().startswith('<section id="gallery"')
    assert response["HX-Push-Url"] == "/gallery/?q=fox"


def test_typing_in_the_search_adds_no_history_entries(as_alice: Client, generation: Generation) -> None:
    before = {**RESULTS, "HX-Current-URL": "http://testserver/gallery/?q=fo&sound=on"}
    response = as_alice.get("/gallery/?q=fox&sound=on", headers=before)
    assert response["HX-Replace-Url"] == "/gallery/?q=fox&sound=on"


def test_it_counts_matching_clips(as_alice: Client, alice: User) -> None:
    make_clips(alice, 60, prompt="fox")
    make_clips(alice, 3, prompt="hare")
    assert as_alice.get("/gallery/?q=fox").context["total"].count == 60


def test_a_card_links_to_its_list(as_alice: Client, generation: Generation) -> None:
    words = as_alice.get("/gallery/?q=fox&sort=longest").content.decode()
    assert f"/generations/{generation.pk}/?within=q%3Dfox%26sort%3Dlongest" in words


def test_a_clips_page_has_neighbours_in_that_list(as_alice: Client, alice: User) -> None:
    made = make_clips(alice, 5, prompt="fox")
    make_clips(alice, 5, prompt="hare")
    response = as_alice.get(f"/generations/{made[2].pk}/?within=q%3Dfox%26sort%3Doldest")
    assert (response.context["newer"], response.context["older"]) == (made[1], made[3])
    assert f"/generations/{made[3].pk}/?within=q%3Dfox%26sort%3Doldest" in response.content.decode()


def test_an_update_keeps_the_selection_and_the_list(as_alice: Client, generation: Generation) -> None:
    asked = {"showing": f"{generation.pk}.old", "within": "q=fox"}
    words = as_alice.get("/generations/updates/", asked).content.decode()
    assert 'name="clip"' in words
    assert "?within=q%3Dfox" in words


DAMAGED = ["/?after=x", "/gallery/?after=x&before=y", "/trash/?after=%00", "/gallery/?within=x"]


@pytest.mark.parametrize("address", DAMAGED)
def test_an_invalid_url_is_the_first_page(as_alice: Client, generation: Generation, address: str) -> None:
    assert as_alice.get(address).status_code == 200


FILTERED = "/gallery/?q=clip&sort=longest&tag=snow&references=none"


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/", "/gallery/", FILTERED, "/trash/", "/collections/"])
def test_it_runs_as_many_queries_for_a_page_as_for_thousands(
    as_alice: Client, alice: User, address: str
) -> None:
    queries = []
    for more in (120, 3000):
        made = make_clips(alice, more)
        collections.tag(Generation.objects.filter(pk=made[0].pk), ["Snow"], alice)
        collections.add_to(
            Generation.objects.filter(pk__in=[each.pk for each in made[: more // 2]]),
            collections.collection_named(alice, f"{more}"),
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


def test_it_accepts_only_get(as_alice: Client) -> None:
    assert as_alice.post("/gallery/").status_code == 405


def test_an_updated_card_keeps_its_selection_and_its_list(as_alice: Client, generation: Generation) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/gallery/?q=fox&after=x"}
    words = as_alice.post(f"/generations/{generation.pk}/cancel/", headers=here).content.decode()
    assert 'name="clip"' in words
    assert '?within=q%3Dfox"' in words
