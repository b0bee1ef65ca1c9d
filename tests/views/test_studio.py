"""The studio page, quotes, creating clips, and updates."""

from uuid import uuid4

import pytest
from django.test import Client

from generations.credits.ledger import account_for
from generations.models import Generation, User
from tests.factories import MOMENTS_OFF_THE_CALENDAR, make_clips, make_generation

HTMX = {"HX-Request": "true"}
LONG_AGO = "2026-01-01T00:00:00Z"
CLIP = {
    "prompt": "A fox",
    "duration": "8",
    "resolution": "720p",
    "aspect_ratio": "16:9",
    "generate_audio": "on",
}


def test_it_shows_the_composer_and_the_feed(as_alice: Client, generation: Generation) -> None:
    response = as_alice.get("/")
    assert response.status_code == 200
    assert f'id="card-{generation.pk}"' in response.content.decode()


def test_it_never_shows_other_users_clips(as_bob: Client, generation: Generation) -> None:
    assert str(generation.pk) not in as_bob.get("/").content.decode()


def test_the_quote_shows_price_total_and_remaining_credits(as_alice: Client) -> None:
    words = as_alice.post("/generations/quote/", CLIP, headers=HTMX).content.decode()
    assert "16 credits" in words
    assert "8 s × 2" in words
    assert "Balance after: 84" in words


def test_an_empty_prompt_is_not_an_error_in_the_quote(as_alice: Client) -> None:
    assert as_alice.post("/generations/quote/", {**CLIP, "prompt": ""}, headers=HTMX).status_code == 200


def test_the_quote_shows_an_error_at_its_field(as_alice: Client) -> None:
    response = as_alice.post("/generations/quote/", {**CLIP, "duration": "16"}, headers=HTMX)
    words = response.content.decode()
    assert response.status_code == 422
    assert 'id="error-duration"' in words


def test_the_quote_gives_advice(as_alice: Client) -> None:
    response = as_alice.post(
        "/generations/quote/", {**CLIP, "end_image": "https://a.test/1.png"}, headers=HTMX
    )
    assert 'data-advice="last-frame-alone"' in response.content.decode()


def test_a_reference_video_doubles_the_price(as_alice: Client) -> None:
    fields = {**CLIP, "reference_video_urls": "https://a.test/1.mp4"}
    assert "32 credits" in as_alice.post("/generations/quote/", fields, headers=HTMX).content.decode()


def test_the_quote_changes_nothing(as_alice: Client, alice: User) -> None:
    as_alice.post("/generations/quote/", CLIP, headers=HTMX)
    assert not Generation.objects.exists()
    assert account_for(alice).held == 0


def test_creating_ignores_posted_prices(as_alice: Client, alice: User) -> None:
    # bar 29: a posted price, owner or status is ignored.
    extra = {"credits": "1", "price": "1", "user": "999", "status": "finished"}
    response = as_alice.post("/generations/", {**CLIP, **extra}, headers=HTMX)
    generation = Generation.objects.get()
    assert response.status_code == 200
    assert (generation.user, generation.status, generation.credits) == (alice, "queued", 16)
    assert account_for(alice).held == 16


def test_creating_triggers_page_events(as_alice: Client) -> None:
    response = as_alice.post("/generations/", CLIP, headers=HTMX)
    assert "generation-created" in response["HX-Trigger"]
    assert "credits-changed" in response["HX-Trigger"]


def test_creating_without_htmx_redirects_to_the_studio(as_alice: Client) -> None:
    response = as_alice.post("/generations/", CLIP)
    assert (response.status_code, response["Location"]) == (302, "/")


BAD = [
    {"prompt": "x" * 4001},
    {"duration": "3"},
    {"duration": "16"},
    {"duration": "7.5"},
    {"resolution": "1080p"},
    {"reference_image_urls": "\n".join(["https://a.test/1.png"] * 10)},
    {"start_image": "ftp://a.test/1.png"},
    {"seed": "lucky"},
    {"prompt": ""},
]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("fields", BAD, ids=str)
def test_bad_input_is_422_and_charges_nothing(
    as_alice: Client, alice: User, fields: dict[str, str], headers: dict[str, str]
) -> None:
    response = as_alice.post("/generations/", {**CLIP, **fields}, headers=headers)
    [field] = fields
    assert response.status_code == 422
    assert f'id="error-{field}"' in response.content.decode()
    assert account_for(alice).balance == 100


def test_bad_input_without_htmx_keeps_the_form(as_alice: Client) -> None:
    words = as_alice.post(
        "/generations/", {**CLIP, "prompt": "A hare at dawn", "duration": "16"}
    ).content.decode()
    assert "A hare at dawn" in words


def test_too_few_credits_says_how_many_are_missing(as_alice: Client) -> None:
    fields = {**CLIP, "duration": "15", "reference_video_urls": "https://a.test/1.mp4"}
    as_alice.post("/generations/", fields, headers=HTMX)
    response = as_alice.post("/generations/", fields, headers=HTMX)
    assert response.status_code == 422
    assert "20 more" in response.content.decode()


def test_a_double_click_creates_one_clip(as_alice: Client, alice: User) -> None:
    # bar 2
    fields = {**CLIP, "submission": str(uuid4())}
    first = as_alice.post("/generations/", fields)
    second = as_alice.post("/generations/", fields)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Generation.objects.count() == 1
    assert account_for(alice).held == 16


@pytest.mark.parametrize("url", ["/generations/", "/generations/quote/"])
def test_only_a_post_creates(as_alice: Client, url: str) -> None:
    assert as_alice.get(url).status_code == 405


def test_updates_without_changes_have_no_body(as_alice: Client, generation: Generation) -> None:
    [shown] = as_alice.get("/").context["feed"]
    showing = f"{generation.pk}.{shown.stamp}"
    assert as_alice.get("/generations/updates/", {"showing": showing}).status_code == 204


def test_updates_contain_changed_cards(as_alice: Client, generation: Generation) -> None:
    showing = f"{generation.pk}.{generation.stamp}"
    Generation.objects.update(status="submitting", progress=None)
    response = as_alice.get("/generations/updates/", {"showing": showing})
    assert f'id="card-{generation.pk}"' in response.content.decode()


def test_updates_contain_new_cards(as_alice: Client, generation: Generation) -> None:
    query = {"insert": LONG_AGO}
    assert f'id="card-{generation.pk}"' in as_alice.get("/generations/updates/", query).content.decode()


def test_a_poll_counts_clips_made_elsewhere_and_keeps_the_feed(
    as_alice: Client, generation: Generation
) -> None:
    words = as_alice.get("/generations/updates/", {"insert": LONG_AGO, "waiting": "0"}).content.decode()
    assert "1 new clip" in words
    assert f"card-{generation.pk}" not in words


def test_a_poll_reports_them_once(as_alice: Client, generation: Generation) -> None:
    query = {"insert": LONG_AGO, "waiting": "1"}
    assert as_alice.get("/generations/updates/", query).status_code == 204


def test_a_clip_that_ended_meanwhile_is_still_counted(as_alice: Client, alice: User) -> None:
    make_generation(user=alice, status="finished")
    words = as_alice.get("/generations/updates/", {"insert": LONG_AGO, "waiting": "1"}).content.decode()
    assert "1 new clip" in words


def test_an_inserted_card_is_not_new_again(as_alice: Client, alice: User) -> None:
    make_generation(user=alice, status="finished")
    taken = as_alice.get("/generations/updates/", {"insert": LONG_AGO})
    again = as_alice.get("/generations/updates/", {"insert": taken.context["insert"]})
    assert again.context["created"] == []


def test_updates_exclude_cards_of_the_next_page(as_alice: Client, alice: User) -> None:
    made = make_clips(alice, 26, status="running", video="")
    page = as_alice.get("/")
    new = make_generation(user=alice)
    shown = [f"{each.pk}.{each.stamp}" for each in page.context["feed"]]
    query = {"insert": page.context["insert"], "showing": shown}
    answer = as_alice.get("/generations/updates/", query)
    assert answer.context["created"] == [new]
    assert made[0] not in page.context["feed"]


def test_an_older_page_inserts_only_later_clips(as_alice: Client, alice: User) -> None:
    make_clips(alice, 26, status="running", video="")
    older = as_alice.get(as_alice.get("/").context["older_url"])
    query = {"insert": older.context["insert"]}
    assert as_alice.get("/generations/updates/", query).status_code == 204
    new = make_generation(user=alice)
    assert as_alice.get("/generations/updates/", query).context["created"] == [new]


def test_updates_stop_when_nothing_runs(as_alice: Client, alice: User) -> None:
    finished = make_generation(user=alice, status="finished")
    words = as_alice.get("/generations/updates/", {"showing": f"{finished.pk}.running-42"}).content.decode()
    assert "every 2s" not in words


def test_updates_contain_only_ones_own_cards(as_bob: Client, generation: Generation) -> None:
    response = as_bob.get("/generations/updates/", {"insert": LONG_AGO, "showing": f"{generation.pk}.x"})
    assert str(generation.pk) not in response.content.decode()


def test_updates_ignore_invalid_input(as_alice: Client) -> None:
    assert as_alice.get("/generations/updates/", {"showing": "nonsense"}).status_code == 200


@pytest.mark.parametrize("moment", MOMENTS_OFF_THE_CALENDAR)
def test_updates_ignore_an_out_of_range_timestamp(as_alice: Client, moment: str) -> None:
    assert as_alice.get("/generations/updates/", {"insert": moment}).status_code == 200


@pytest.mark.parametrize("cards", [1, 20])
def test_the_feed_runs_a_constant_number_of_queries(
    as_alice: Client, alice: User, django_assert_max_num_queries, cards: int
) -> None:
    for _ in range(cards):
        make_generation(user=alice)
    with django_assert_max_num_queries(11):
        as_alice.get("/")


def test_a_queued_clip_tells_its_place_in_the_queue(as_alice: Client, alice: User, bob: User) -> None:
    make_generation(user=bob)
    first, second = (make_generation(user=alice) for _ in range(2))
    assert {clip.pk: clip.place for clip in as_alice.get("/").context["feed"]} == {first.pk: 1, second.pk: 2}
    Generation.objects.filter(pk=first.pk).update(status="submitting")
    assert {clip.pk: clip.place for clip in as_alice.get("/").context["feed"]} == {
        first.pk: None,
        second.pk: 1,
    }
