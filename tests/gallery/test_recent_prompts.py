"""A user's recent prompts."""

from uuid import uuid4

import pytest
from django.utils import timezone

from generations.gallery.recent_prompts import DEEPEST, MOST_PROMPTS, recent_prompts
from generations.models import Generation, User
from tests.factories import make_clips


def _words(user: User, containing: str = "") -> list[str]:
    return [each.words for each in recent_prompts(user, containing=containing)]


def test_the_newest_comes_first(alice: User) -> None:
    make_clips(alice, 3)
    assert _words(alice) == ["Clip 2", "Clip 1", "Clip 0"]


def test_each_prompt_appears_once_with_its_last_clip(alice: User) -> None:
    make_clips(alice, 2, prompt="A fox")
    last = make_clips(alice, 1, prompt="A fox\n")[0]
    Generation.objects.filter(pk=last.pk).update(created_at=timezone.now())
    [written] = recent_prompts(alice)
    assert written.clip == last.pk


def test_a_user_sees_only_their_own(alice: User, bob: User) -> None:
    make_clips(alice, 1)
    assert _words(bob) == []


def test_deleted_clips_are_left_out(alice: User) -> None:
    now = timezone.now()
    make_clips(alice, 1, prompt="Kept")
    make_clips(alice, 1, prompt="Deleted", trashed_at=now)
    make_clips(alice, 1, prompt="", trashed_at=now, wiped_at=now, submission=uuid4())
    assert _words(alice) == ["Kept"]


def test_it_finds_words_in_any_prompt(alice: User) -> None:
    make_clips(alice, 1, prompt="A heron in the reeds")
    make_clips(alice, 30)
    assert _words(alice, "reed") == ["A heron in the reeds"]


def test_it_returns_a_limited_number(alice: User) -> None:
    make_clips(alice, MOST_PROMPTS + 5)
    assert len(_words(alice)) == MOST_PROMPTS


def test_it_searches_a_limited_number_of_clips(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generations.gallery.recent_prompts.DEEPEST", 5)
    make_clips(alice, 1, prompt="Long ago")
    take = make_clips(alice, 5, prompt="A fox")
    Generation.objects.filter(pk__in=[each.pk for each in take]).update(created_at=timezone.now())
    assert _words(alice) == ["A fox"]


@pytest.mark.slow
def test_ten_thousand_clips_take_one_query(alice: User, django_assert_num_queries) -> None:
    make_clips(alice, 10)
    make_clips(alice, 10_000 - 10, prompt="A fox")
    with django_assert_num_queries(1):
        assert len(recent_prompts(alice)) >= 1
    with django_assert_num_queries(1):
        assert len(recent_prompts(alice, containing="clip")) == 10


def test_recent_prompts_are_read_from_an_index(alice: User) -> None:
    clips = Generation.objects.kept().filter(user=alice).order_by("-created_at", "-id")
    plan = clips.values_list("pk", "prompt")[:DEEPEST].explain()
    assert "generation_newest_kept" in plan or "Seq Scan" in plan
    assert "TEMP B-TREE" not in plan
