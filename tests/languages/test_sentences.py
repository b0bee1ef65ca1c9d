"""What the machine kept in English is told in the reader's language; what others said is left alone."""

import re

import pytest
from django.utils import translation

from generations import ledger, sentences
from generations.models import User

# Notes of the ledger are told by the entry, whose key says that the machine made them.
NOTES = ("MONTHLY", "MONTHLY_UNSPENT", "FIRST_RUN", "TO_BEGIN_WITH")
KEPT = [name for name in vars(sentences) if name.isupper() and name[0] != "_" and name not in NOTES]


def test_english_is_told_as_it_is_kept() -> None:
    assert sentences.told("Found again as job 42") == "Found again as job 42"


@pytest.mark.parametrize("name", KEPT)
def test_every_sentence_that_is_kept_is_told_in_chinese(name: str) -> None:
    sentence = getattr(sentences, name)
    kept = sentence % dict.fromkeys(re.findall(r"%\((\w+)\)s", sentence), "7")
    with translation.override("zh-hans"):
        assert sentences.told(kept) != kept


@pytest.mark.parametrize("said", ["the job was refused", "", "Job", "100 % of it"])
def test_what_is_no_sentence_of_ours_is_left_alone(said: str) -> None:
    with translation.override("de"):
        assert sentences.told(said) == said


def test_what_a_sentence_was_filled_in_with_comes_back() -> None:
    kept = sentences.NOT_FETCHED % {"error": "a link of 100 % is dead\nfor ever"}
    assert sentences.told(kept) == kept


def test_an_empty_end_leaves_no_blank_behind() -> None:
    kept = sentences.NOTHING_SENT % {"error": ""}
    assert sentences.told(kept) == kept.strip()


def test_monthly_credits_name_their_month(alice: User) -> None:
    note = sentences.MONTHLY % {"group": "Film, and more", "month": "November 2026"}
    entry = ledger.grant(alice, 5, actor=alice, note=note, key="monthly:7:2026-11")
    assert entry.words == "Film, and more, November 2026"


def test_what_a_person_noted_is_never_translated(alice: User) -> None:
    entry = ledger.grant(alice, 5, actor=alice, note="To begin with", key="by hand")
    with translation.override("de"):
        assert entry.words == "To begin with"


def test_the_first_credits_of_a_studio_are_told(alice: User) -> None:
    entry = ledger.grant(alice, 5, actor=alice, note=sentences.FIRST_RUN, key="first-run")
    with translation.override("de"):
        assert entry.words == "Erster Start"
