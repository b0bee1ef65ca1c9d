"""Several takes by the composer: priced, asked about, refused and made as one."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from generations.ledger import account_for
from generations.models import Caps, Generation, User
from tests.factories import make_generation, make_recipe, make_user

HTMX = {"HX-Request": "true"}
# 4 credits a take.
CLIP = {"prompt": "A fox", "duration": "4", "resolution": "480p", "aspect_ratio": "16:9", "takes": "4"}


def _quote(client: Client, **fields: str) -> str:
    answer = client.post("/generations/quote/", {**CLIP, **fields}, headers=HTMX)
    return " ".join(answer.content.decode().split())


def _create(client: Client, **fields: str) -> tuple[int, str]:
    answer = client.post("/generations/", {**CLIP, **fields}, headers=HTMX)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_the_composer_asks_for_one_take(as_alice: Client) -> None:
    form = as_alice.get("/").context["form"]
    assert (form["takes"].value(), form.take_count) == (1, 1)


def test_the_button_tells_the_price_of_all_takes(as_alice: Client) -> None:
    words = _quote(as_alice)
    assert "Generate 4 takes <span>· 16 credits" in words
    assert "<strong>4 × 4</strong>" in words
    assert "84 left after" in words


def test_one_take_is_priced_as_a_clip(as_alice: Client) -> None:
    words = _quote(as_alice, takes="1")
    assert "Generate <span>· 4 credits" in words
    assert "×</strong>" not in words


def test_the_quote_tells_what_all_takes_lack(db: None) -> None:
    poor = Client()
    poor.force_login(make_user(credits=10))
    assert "6 credits missing" in _quote(poor)


@pytest.mark.parametrize("takes", ["0", "9", "-1", "many", "2.5"])
def test_a_wrong_number_of_takes_is_told_and_not_priced(as_alice: Client, takes: str) -> None:
    status, words = _create(as_alice, takes=takes)
    assert status == 422
    assert "takes are made at once" in words or "take is made" in words or "whole number" in words
    assert "The price is known once the marked fields are right." in words
    assert not Generation.objects.exists()


def test_one_form_makes_four_clips(as_alice: Client, alice: User) -> None:
    status, words = _create(as_alice)
    assert status == 200
    assert '<a href="#feed">4 takes are queued. They appear in the feed.</a>' in words
    assert (Generation.objects.count(), account_for(alice).held) == (4, 16)


def test_the_same_form_sent_twice_makes_four_clips(as_alice: Client, alice: User) -> None:
    form = {"submission": str(uuid4())}
    _create(as_alice, **form)
    _create(as_alice, **form)
    assert (Generation.objects.count(), account_for(alice).held) == (4, 16)


def test_the_same_form_with_other_takes_makes_another_batch(as_alice: Client) -> None:
    form = {"submission": str(uuid4())}
    _create(as_alice, **form)
    _create(as_alice, **form, takes="2")
    assert Generation.objects.count() == 6


def test_without_script_the_takes_are_made_too(as_alice: Client) -> None:
    response = as_alice.post("/generations/", CLIP)
    assert (response.status_code, response["Location"], Generation.objects.count()) == (302, "/", 4)


def test_what_cannot_be_paid_as_a_whole_is_refused_as_a_whole(db: None) -> None:
    user, client = make_user(credits=15), Client()
    client.force_login(user)
    status, words = _create(client)
    assert status == 422
    assert "1 credits are missing: these 4 takes cost 16. Nothing was made." in words
    assert (account_for(user).held, Generation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ("daily_credits", "4 are spent or held, and these 4 takes cost 16. It frees at"),
        ("monthly_credits", "4 are spent or held, and these 4 takes cost 16. It frees on"),
        ("in_flight", "1 is there already, and these are 4 takes. It frees when one of them ends."),
        ("per_hour", "1 is there already, and these are 4 takes. It frees at"),
    ],
)
def test_over_a_cap_nothing_is_made_and_the_words_say_so(
    as_alice: Client, alice: User, cap: str, words: str
) -> None:
    make_generation(user=alice)
    Caps.objects.create(**{cap: 19 if "credits" in cap else 4})
    assert words in _quote(as_alice)
    status, told = _create(as_alice)
    assert (status, Generation.objects.count()) == (422, 1)
    assert words in told


def test_a_batch_larger_than_a_cap_is_told_that_waiting_does_not_help(as_alice: Client) -> None:
    Caps.objects.create(in_flight=3)
    assert "3 clips in progress, which never allows 4 takes at once. Choose fewer." in _quote(as_alice)


def test_room_for_several_is_told_by_how_many_have_to_end(as_alice: Client, alice: User) -> None:
    for _ in range(3):
        make_generation(user=alice)
    Caps.objects.create(in_flight=5)
    assert "There is room when 2 of them have ended." in _quote(as_alice)


def test_the_question_about_dear_clips_looks_at_the_whole_batch(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    status, words = _create(as_alice)
    assert status == 422
    assert "These 4 takes cost 16 credits. Press the button once more if you want them." in words
    assert 'name="confirmed" value="16"' in words
    assert "Yes, generate 4 takes" in words
    assert not Generation.objects.exists()


def test_what_was_agreed_to_for_one_is_asked_again_for_four(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=3)
    assert _create(as_alice, confirmed="4")[0] == 422
    assert _create(as_alice, confirmed="16")[0] == 200


def test_a_seed_that_leaves_no_room_for_the_takes_is_told(as_alice: Client) -> None:
    status, words = _create(as_alice, seed=str(2**63 - 2))
    assert status == 422
    assert "choose a smaller one" in words


def test_variations_are_the_same_recipe_with_other_seeds(as_alice: Client, alice: User) -> None:
    clip = make_generation(user=alice, recipe=make_recipe(seed=7))
    form = as_alice.get(f"/?reuse={clip.pk}&takes=4").context["form"]
    assert (form["prompt"].value(), form["takes"].value(), form["seed"].value()) == (
        "A fox in the snow",
        4,
        None,
    )


@pytest.mark.parametrize("takes", ["9", "0", "x", "²", ""])
def test_a_wrong_number_of_variations_in_the_address_is_reuse(
    as_alice: Client, generation: Generation, takes: str
) -> None:
    form = as_alice.get("/", {"reuse": str(generation.pk), "takes": takes}).context["form"]
    assert form["takes"].value() == 1


def test_the_cards_of_a_batch_come_at_once_and_tell_their_take(as_alice: Client) -> None:
    _create(as_alice)
    response = as_alice.get("/generations/updates/", {"insert": "2026-01-01T00:00:00Z"})
    words = " ".join(response.content.decode().split())
    assert all(f"take {number} of 4" in words for number in (1, 2, 3, 4))


def test_retry_of_a_failed_take_makes_that_one_alone(as_alice: Client) -> None:
    _create(as_alice)
    failed = Generation.objects.get(take=3)
    Generation.objects.filter(pk=failed.pk).update(status="failed")
    as_alice.post(f"/generations/{failed.pk}/retry/")
    [again] = Generation.objects.filter(parent=failed)
    assert (again.batch, again.seed) == (None, failed.seed)
    assert Generation.objects.count() == 5


@pytest.fixture
def batch(as_alice: Client) -> list[Generation]:
    """Two finished, one failed, one under way."""
    _create(as_alice)
    states = ("finished", "finished", "failed", "running")
    for take, status in enumerate(states, start=1):
        made = {"status": status, "job_id": f"job-{take}"}
        made |= {"video": "generations/made/video.mp4"} if status == "finished" else {}
        Generation.objects.filter(take=take).update(**made)
    return list(Generation.objects.order_by("take"))


def test_the_page_of_a_take_shows_all_and_marks_the_present_one(
    as_alice: Client, batch: list[Generation]
) -> None:
    response = as_alice.get(batch[1].get_absolute_url())
    words = " ".join(response.content.decode().split())
    assert response.context["batch"] == batch
    assert words.count('aria-current="true"') == 1
    assert 'title="Take 2 of 4: Finished" aria-current="true"' in words


def test_the_page_of_a_clip_asked_for_alone_shows_no_takes(as_alice: Client, generation: Generation) -> None:
    assert as_alice.get(generation.get_absolute_url()).context["batch"] == []


def test_keep_only_this_throws_away_the_other_takes_that_ended(
    as_alice: Client, batch: list[Generation]
) -> None:
    response = as_alice.post(f"/generations/{batch[0].pk}/keep/", follow=True)
    assert set(Generation.objects.kept()) == {batch[0], batch[3]}
    words = " ".join(response.content.decode().split())
    assert "2 clips in the trash. 1 still in progress stays where it is." in words
    assert response.redirect_chain == [(batch[0].get_absolute_url(), 302)]


def test_keeping_one_is_undone_as_any_deletion(as_alice: Client, batch: list[Generation]) -> None:
    as_alice.post(f"/generations/{batch[0].pk}/keep/")
    at = Generation.objects.trashed()[0].trashed_at
    as_alice.post("/trash/undo/", {"at": at.isoformat()})
    assert Generation.objects.kept().count() == 4


def test_keeping_one_twice_changes_nothing_more(as_alice: Client, batch: list[Generation]) -> None:
    for _ in range(2):
        as_alice.post(f"/generations/{batch[0].pk}/keep/")
    assert Generation.objects.trashed().count() == 2


@pytest.mark.parametrize("take", [3, 4])
def test_for_what_is_no_clip_the_others_are_not_thrown_away(
    as_alice: Client, batch: list[Generation], take: int
) -> None:
    as_alice.post(f"/generations/{batch[take - 1].pk}/keep/")
    assert not Generation.objects.trashed().exists()


def test_keeping_a_clip_asked_for_alone_leaves_every_other(as_alice: Client, alice: User) -> None:
    alone, _other = (make_generation(user=alice, status="finished") for _ in range(2))
    as_alice.post(f"/generations/{alone.pk}/keep/")
    assert not Generation.objects.trashed().exists()


def test_keeping_one_leads_back_into_the_list_it_was_found_in(
    as_alice: Client, batch: list[Generation]
) -> None:
    response = as_alice.post(f"/generations/{batch[0].pk}/keep/", {"within": "q=fox"})
    assert response["Location"].endswith("?within=q%3Dfox")


def _tells_its_take(client: Client, clip: Generation) -> bool:
    return f"take {clip.take} of 4" in " ".join(client.get("/gallery/").content.decode().split())


def test_the_last_one_kept_tells_no_number(as_alice: Client, batch: list[Generation]) -> None:
    Generation.objects.filter(pk=batch[3].pk).update(trashed_at=timezone.now(), status="failed")
    assert _tells_its_take(as_alice, batch[0])
    as_alice.post(f"/generations/{batch[0].pk}/keep/")
    assert not _tells_its_take(as_alice, batch[0])


def test_it_tells_its_number_again_when_another_comes_back(as_alice: Client, batch: list[Generation]) -> None:
    Generation.objects.exclude(pk=batch[0].pk).update(trashed_at=timezone.now(), status="failed")
    assert not _tells_its_take(as_alice, batch[0])
    as_alice.post("/gallery/bulk/", {"action": "restore", "clip": str(batch[1].pk)})
    assert _tells_its_take(as_alice, batch[0])


def test_a_take_that_is_cancelled_goes_on_telling_its_number(as_alice: Client) -> None:
    _create(as_alice)
    clip = Generation.objects.get(take=3)
    card = as_alice.post(f"/generations/{clip.pk}/cancel/", headers=HTMX).content.decode()
    assert "take 3 of 4" in " ".join(card.split())


def test_a_stranger_cannot_keep_one(as_bob: Client, batch: list[Generation]) -> None:
    assert as_bob.post(f"/generations/{batch[0].pk}/keep/").status_code == 404
    assert not Generation.objects.trashed().exists()


def test_the_anonymous_are_sent_to_sign_in(client: Client, batch: list[Generation]) -> None:
    assert client.post(f"/generations/{batch[0].pk}/keep/")["Location"].startswith("/accounts/login/")


def test_only_a_post_keeps_one(as_alice: Client, batch: list[Generation]) -> None:
    assert as_alice.get(f"/generations/{batch[0].pk}/keep/").status_code == 405
