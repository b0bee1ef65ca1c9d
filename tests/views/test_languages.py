"""Every page opens in every language; machine-readable values stay unlocalized."""

import re

import pytest
from django.conf import settings
from django.test import Client

from generations.models import Account, Generation, Notice, User
from generations.operations.alerts import check_ledger
from tests.factories import make_clips, make_generation

PAGES = [
    *(
        "/",
        "/gallery/",
        "/gallery/?since=2026-01-01&shortest=4",
        "/collections/",
        "/trash/",
        "/library/",
        "/credits/",
    ),
    *("/preferences/", "/generations/updates/", "/library/pick/"),
    *("/admin/operations/", "/admin/generations/generation/", "/admin/generations/user/"),
    *("/admin/generations/entry/", "/admin/generations/invitation/", "/admin/generations/user/credits/"),
]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# A localized decimal comma in an attribute that browsers parse as a number.
COMMA = re.compile(r'(?:value|min|max|step|width|height|x|y|data-[a-z]+)="-?\d+,\d+"')


@pytest.fixture
def busy(staff: User) -> Generation:
    """A staff user with clips in every state and thousands of credits."""
    User.objects.filter(pk=staff.pk).update(language="")
    make_clips(staff, 3)
    return make_generation(status="failed", error_code="moderation")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", PAGES)
def test_a_page_opens(as_staff: Client, staff: User, busy: Generation, url: str, language: str) -> None:
    User.objects.filter(pk=staff.pk).update(language=language)
    response = as_staff.get(url)
    assert response.status_code in (200, 204)
    assert COMMA.findall(response.content.decode()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clip_opens(as_staff: Client, staff: User, busy: Generation, language: str) -> None:
    User.objects.filter(pk=staff.pk).update(language=language)
    response = as_staff.get(busy.get_absolute_url())
    assert response.status_code == 200
    assert COMMA.findall(response.content.decode()) == []


# The page's banner also shows the fault; these are the list's cell and the row's field.
PANEL = [
    ("notice/", '<td class="field-words">Gefundene Probleme: 2'),
    (
        "notice/{notice}/change/",
        '<div class="readonly">Gefundene Probleme: 2',
    ),
    ("account/{alice}/change/", "alice: 99 verfügbar und 0 reserviert"),
    ("generation/", "Anbieter"),
    ("user/{staff}/change/", "| Schlagwort |"),
]


@pytest.mark.parametrize(("url", "words"), PANEL)
def test_staff_see_the_admin_in_their_language(
    as_staff: Client, staff: User, alice: User, bob: User, url: str, words: str
) -> None:
    make_generation(user=bob, status="failed", error_code="provider")
    Account.objects.filter(user=alice).update(balance=99)
    check_ledger()
    User.objects.filter(pk=staff.pk).update(language="de")
    numbers = {"notice": Notice.objects.get().pk, "staff": staff.pk, "alice": alice.pk}
    assert words in as_staff.get(f"/admin/generations/{url.format(**numbers)}").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_stays_machine_readable(as_alice: Client, alice: User, language: str) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    lines = b"".join(as_alice.get("/credits/entries.csv")).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith("date,kind,what")
