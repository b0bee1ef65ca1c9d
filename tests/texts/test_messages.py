"""Messages: stored as a kind with parameters, rendered in the reader's language; other text stays as written."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from generations.credits import ledger
from generations.models import Event, Generation, User
from generations.texts import messages
from generations.texts.message import LONGEST_TEXT, SENTENCES, Kind, Message
from generations.texts.stored_message import decode, encode

KINDS = [value for value in vars(messages).values() if isinstance(value, Kind)]
# Nothing but parameters: there is nothing to translate.
BARE = (messages.TEXT, messages.FILES_REJECTED, messages.MONTHLY_CREDITS)


class Sevens(dict[str, Any]):
    """Seven for every parameter, noting which were asked for."""

    def __missing__(self, name: str) -> int:
        self[name] = 7
        return 7


def an_example(kind: Kind) -> Message:
    params = Sevens()
    _ = SENTENCES[kind.name] % params
    return kind(**params)


def test_every_kind_has_a_name_of_its_own() -> None:
    assert {kind.name for kind in KINDS} == set(SENTENCES)
    assert len(KINDS) == len(SENTENCES)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in BARE], ids=lambda kind: kind.name)
def test_every_kind_is_translated(kind: Kind) -> None:
    message = an_example(kind)
    rendered = []
    for language in ("en", "de", "zh-hans"):
        with translation.override(language):
            rendered.append(str(message))
    assert len(set(rendered)) == 3


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind != messages.TEXT], ids=lambda kind: kind.name
)
def test_a_stored_message_comes_back_equal(kind: Kind) -> None:
    message = an_example(kind)
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "value",
    [
        messages.DOWNLOADS_LATE(moment=datetime(2026, 11, 28, 1, 2, tzinfo=UTC), error="x"),
        messages.MONTHLY_CREDITS(group="Film, and more", month=date(2026, 11, 1)),
        messages.FAULTS(count=1, faults=[messages.CLIP_FAULT(clip="1", fault=messages.HOLD_STILL_OPEN())]),
        "Job done well",
        "",
        '{"kind":"job-created","params":{"job":"1"}}',
        '{"kind":"text","params":{"text":"x"}}',
        '{"kind": 7}',
        '{"kind":',
    ],
)
def test_any_message_and_any_text_comes_back_as_it_was(value: Message | str) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "stored",
    ['{"kind":"of-tomorrow","params":{}}', '{"kind":7,"params":{}}', '{"kind":', '{"kind":"no-job"}'],
)
def test_what_this_version_cannot_read_is_shown_as_stored(stored: str) -> None:
    assert decode(stored) == stored


def test_a_parameter_that_an_old_row_lacks_is_an_ellipsis() -> None:
    assert str(messages.JOB_CREATED()) == str(messages.JOB_CREATED(job="…"))


def test_a_text_inside_a_message_is_never_translated(generation: Generation) -> None:
    note = str(messages.NO_JOB())
    Event.objects.create(
        generation=generation, status="failed", detail=messages.ENDED_BY(actor="a", note=note)
    )
    with translation.override("de"):
        assert note in str(generation.events.last().detail)


def test_a_message_inside_a_message_is_translated() -> None:
    message = messages.CLIP_FAULT(clip="1", fault=messages.HOLD_STILL_OPEN())
    with translation.override("de"):
        assert str(messages.HOLD_STILL_OPEN()) in str(message)


def test_text_from_elsewhere_is_kept_as_it_is(generation: Generation) -> None:
    Event.objects.create(generation=generation, status="failed", detail="Job done well")
    with translation.override("de"):
        assert str(generation.events.last().detail) == "Job done well"


def test_endless_text_is_cut() -> None:
    assert len(decode(encode("x" * 5000))) == LONGEST_TEXT
    assert len(messages.NOT_DOWNLOADED(error="x" * 5000).params["error"]) == LONGEST_TEXT


def test_an_empty_end_leaves_no_blank() -> None:
    assert not str(messages.NOTHING_SUBMITTED(error="")).endswith(" ")


def test_one_credit_is_singular() -> None:
    one, two = (str(messages.CREDITS_GIVEN(credits=count, note="")) for count in (1, 2))
    assert one.replace("1", "2") != two


def test_monthly_credits_name_their_month(alice: User) -> None:
    note = messages.MONTHLY_CREDITS(group="Film, and more", month=date(2026, 11, 1))
    entry = ledger.grant(alice, 5, actor=alice, note=note, key="monthly:7:2026-11")
    entry.refresh_from_db()
    with translation.override("de"):
        assert entry.words == "Film, and more, November 2026"
    with translation.override("zh-hans"):
        assert entry.words.startswith("Film, and more")
        assert "November" not in entry.words


def test_the_note_of_a_person_is_never_translated(alice: User) -> None:
    note = str(messages.STARTING_CREDITS())
    entry = ledger.grant(alice, 5, actor=alice, note=note, key="by hand")
    with translation.override("de"):
        assert entry.words == note


@pytest.mark.parametrize("note", ["To begin with", "Starting credits", messages.STARTING_CREDITS()])
def test_starting_credits_are_translated_even_in_old_entries(alice: User, note: Message | str) -> None:
    entry = ledger.grant(alice, 5, actor=alice, note=note, key="sign-up")
    with translation.override("de"):
        assert entry.words == str(messages.STARTING_CREDITS())
