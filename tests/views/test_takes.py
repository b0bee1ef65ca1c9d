"""Several takes in the composer: priced, confirmed, refused and created together."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from generations.credits.ledger import account_for
from generations.models import Caps, Generation, User
from tests.factories import make_generation, make_recipe, make_user

HTMX = {"HX-Request": "true"}
# 4 credits per take.
CLIP = {"prompt": "A fox", "duration": "4", "resolution": "480p", "aspect_ratio": "16:9", "takes": "4"}


def _quote(client: Client, **fields: str) -> str:
    answer = client.post("/generations/quote/", {**CLIP, **fields}, headers=HTMX)
    return " ".join(answer.content.decode().split())


def _create(client: Client, **fields: str) -> tuple[int, str]:
    answer = client.post("/generations/", {**CLIP, **fields}, headers=HTMX)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_the_composer_defaults_to_one_take(as_alice: Client) -> None:
    form = as_alice.get("/").context["form"]
    assert (form["takes"].value(), form.take_count) == (1, 1)


def test_the_button_shows_the_price_of_all_takes(as_alice: Client) -> None:
    words = _quote(as_alice)
    assert "Generate 4 takes <span>· 16 credits" in words
    assert "<strong>4 × 4</strong>" in words
    assert "Balance after: 84" in words


def test_one_take_is_priced_as_a_clip(as_alice: Client) -> None:
    words = _quote(as_alice, takes="1")
    assert "Generate <span>· 4 credits" in words
    assert "×</strong>" not in words


def test_the_quote_shows_the_credits_missing_for_all_takes(db: None) -> None:
    poor = Client()
    poor.force_login(make_user(credits=10))
    answer = poor.post("/generations/quote/", CLIP, headers=HTMX)
    assert answer.context["priced"].missing == 6


@pytest.mark.parametrize("takes", ["0", "9", "-1", "many", "2.5"])
def test_an_invalid_number_of_takes_shows_an_error_and_no_price(as_alice: Client, takes: str) -> None:
    answer = as_alice.post("/generations/", {**CLIP, "takes": takes}, headers=HTMX)
    assert (answer.status_code, answer.context["priced"]) == (422, None)
    # The field itself is never replaced; its error is put below it.
    [error] = re.findall(
        r'<p id="error-takes"[^>]*hx-swap-oob="true"[^>]*>([^<]*)</p>', answer.content.decode()
    )
    assert error.strip()
    assert not Generation.objects.exists()


def test_one_form_creates_four_clips(as_alice: Client, alice: User) -> None:
    status, words = _create(as_alice)
    assert status == 200
    assert '<a href="#feed">4 takes' in words
    assert (Generation.objects.count(), account_for(alice).held) == (4, 16)


def test_the_same_form_sent_twice_creates_four_clips(as_alice: Client, alice: User) -> None:
    form = {"submission": str(uuid4())}
    _create(as_alice, **form)
    _create(as_alice, **form)
    assert (Generation.objects.count(), account_for(alice).held) == (4, 16)


def test_the_same_form_with_another_number_creates_another_batch(as_alice: Client) -> None:
    form = {"submission": str(uuid4())}
    _create(as_alice, **form)
    _create(as_alice, **form, takes="2")
    assert Generation.objects.count() == 6


def test_without_script_takes_are_created_too(as_alice: Client) -> None:
    response = as_alice.post("/generations/", CLIP)
    assert (response.status_code, response["Location"], Generation.objects.count()) == (302, "/", 4)


def test_a_batch_that_cannot_be_paid_is_refused_as_a_whole(db: None) -> None:
    user, client = make_user(credits=15), Client()
    client.force_login(user)
    status, words = _create(client)
    assert status == 422
    assert "16" in words
    assert (account_for(user).held, Generation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ("daily_credits", "these 4 takes cost 16. It resets at"),
        ("monthly_credits", "these 4 takes cost 16. It resets on"),
        ("in_flight", "you already have 1 of 4 clips in progress"),
        ("per_hour", "you already have 1 of 4 clips per hour"),
    ],
)
def test_over_a_limit_nothing_is_created_and_a_message_shown(
    as_alice: Client, alice: User, cap: str, words: str
) -> None:
    make_generation(user=alice)
    Caps.objects.create(**{cap: 19 if "credits" in cap else 4})
    assert words in _quote(as_alice)
    status, told = _create(as_alice)
    assert (status, Generation.objects.count()) == (422, 1)
    assert words in told


def test_a_batch_above_a_limit_gets_no_reset_time(as_alice: Client) -> None:
    Caps.objects.create(in_flight=3)
    over = as_alice.post("/generations/quote/", CLIP, headers=HTMX).context["priced"].over
    assert (over.cap.kind, over.cap.limit, over.clips, over.cap.frees_at) == ("in_flight", 3, 4, None)


def test_the_message_says_how_many_clips_must_finish_first(as_alice: Client, alice: User) -> None:
    for _ in range(3):
        make_generation(user=alice)
    Caps.objects.create(in_flight=5)
    assert "when 2 running clips finish" in _quote(as_alice)


def test_confirmation_depends_on_the_price_of_the_batch(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    status, words = _create(as_alice)
    assert status == 422
    assert "These 4 takes cost 16 credits" in words
    assert 'name="confirmed" value="16"' in words
    assert not Generation.objects.exists()


def test_confirming_one_take_does_not_confirm_four(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=3)
    assert _create(as_alice, confirmed="4")[0] == 422
    assert _create(as_alice, confirmed="16")[0] == 200


def test_a_seed_too_large_for_the_takes_shows_an_error(as_alice: Client) -> None:
    answer = as_alice.post("/generations/", {**CLIP, "seed": str(2**63 - 2)}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.context["form"].has_error("seed", "max_value")


def test_variations_are_the_same_recipe_with_other_seeds(as_alice: Client, alice: User) -> None:
    clip = make_generation(user=alice, recipe=make_recipe(seed=7))
    form = as_alice.get(f"/?reuse={clip.pk}&takes=4").context["form"]
    assert (form["prompt"].value(), form["takes"].value(), form["seed"].value()) == (
        "A fox in the snow",
        4,
        None,
    )


@pytest.mark.parametrize("takes", ["9", "0", "x", "²", ""])
def test_an_invalid_number_of_variations_in_the_url_is_a_reuse(
    as_alice: Client, generation: Generation, takes: str
) -> None:
    form = as_alice.get("/", {"reuse": str(generation.pk), "takes": takes}).context["form"]
    assert form["takes"].value() == 1


def test_a_batch_appears_as_one_card_with_its_number_of_takes(as_alice: Client) -> None:
    _create(as_alice)
    response = as_alice.get("/generations/updates/", {"insert": "2026-01-01T00:00:00Z"})
    words = " ".join(response.content.decode().split())
    assert (words.count("<li id="), words.count("0 of 4 takes")) == (1, 1)


def test_retry_of_a_failed_take_creates_only_that_one(as_alice: Client) -> None:
    _create(as_alice)
    failed = Generation.objects.get(take=3)
    Generation.objects.filter(pk=failed.pk).update(status="failed")
    as_alice.post(f"/generations/{failed.pk}/retry/")
    [again] = Generation.objects.filter(parent=failed)
    assert (again.batch, again.seed) == (None, failed.seed)
    assert Generation.objects.count() == 5


@pytest.fixture
def batch(as_alice: Client) -> list[Generation]:
    """Two finished takes, one failed, one running."""
    _create(as_alice)
    states = ("finished", "finished", "failed", "running")
    for take, status in enumerate(states, start=1):
        made = {"status": status, "job_id": f"job-{take}"}
        made |= {"video": "generations/made/video.mp4"} if status == "finished" else {}
        Generation.objects.filter(take=take).update(**made)
    return list(Generation.objects.order_by("take"))


def test_a_takes_page_shows_all_and_marks_the_current_one(as_alice: Client, batch: list[Generation]) -> None:
    response = as_alice.get(batch[1].get_absolute_url())
    words = " ".join(response.content.decode().split())
    assert response.context["batch"] == batch
    assert words.count('aria-current="true"') == 1
    assert re.search(
        rf'<a [^>]*href="{re.escape(batch[1].get_absolute_url())}[^>]*aria-current="true"', words
    )


def test_a_single_clips_page_shows_no_takes(as_alice: Client, generation: Generation) -> None:
    assert as_alice.get(generation.get_absolute_url()).context["batch"] == []


def test_keep_only_this_deletes_the_other_ended_takes(as_alice: Client, batch: list[Generation]) -> None:
    response = as_alice.post(f"/generations/{batch[0].pk}/keep/", follow=True)
    assert set(Generation.objects.kept()) == {batch[0], batch[3]}
    words = " ".join(response.content.decode().split())
    assert "1 clip is still in progress" in words
    assert response.redirect_chain == [(batch[0].get_absolute_url(), 302)]


def test_keeping_one_can_be_undone(as_alice: Client, batch: list[Generation]) -> None:
    as_alice.post(f"/generations/{batch[0].pk}/keep/")
    at = Generation.objects.trashed()[0].trashed_at
    as_alice.post("/trash/undo/", {"at": at.isoformat()})
    assert Generation.objects.kept().count() == 4


def test_keeping_one_twice_changes_nothing_more(as_alice: Client, batch: list[Generation]) -> None:
    for _ in range(2):
        as_alice.post(f"/generations/{batch[0].pk}/keep/")
    assert Generation.objects.trashed().count() == 2


@pytest.mark.parametrize("take", [3, 4])
def test_keeping_a_failed_or_running_take_deletes_nothing(
    as_alice: Client, batch: list[Generation], take: int
) -> None:
    as_alice.post(f"/generations/{batch[take - 1].pk}/keep/")
    assert not Generation.objects.trashed().exists()


def test_keeping_a_single_clip_deletes_nothing(as_alice: Client, alice: User) -> None:
    alone, _other = (make_generation(user=alice, status="finished") for _ in range(2))
    as_alice.post(f"/generations/{alone.pk}/keep/")
    assert not Generation.objects.trashed().exists()


def test_keeping_one_returns_to_the_list_it_was_opened_from(
    as_alice: Client, batch: list[Generation]
) -> None:
    response = as_alice.post(f"/generations/{batch[0].pk}/keep/", {"within": "q=fox"})
    assert response["Location"].endswith("?within=q%3Dfox")


def _tells_its_take(client: Client, clip: Generation) -> bool:
    return f"take {clip.take} of 4" in " ".join(
        client.get(f"/gallery/?takes={clip.batch}").content.decode().split()
    )


def test_the_last_remaining_take_shows_no_number(as_alice: Client, batch: list[Generation]) -> None:
    Generation.objects.filter(pk=batch[3].pk).update(trashed_at=timezone.now(), status="failed")
    assert _tells_its_take(as_alice, batch[0])
    as_alice.post(f"/generations/{batch[0].pk}/keep/")
    assert not _tells_its_take(as_alice, batch[0])


def test_it_shows_its_number_again_when_another_is_restored(
    as_alice: Client, batch: list[Generation]
) -> None:
    Generation.objects.exclude(pk=batch[0].pk).update(trashed_at=timezone.now(), status="failed")
    assert not _tells_its_take(as_alice, batch[0])
    as_alice.post("/gallery/bulk/", {"action": "restore", "clip": str(batch[1].pk)})
    assert _tells_its_take(as_alice, batch[0])


def test_a_cancelled_take_keeps_showing_its_number(as_alice: Client) -> None:
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
