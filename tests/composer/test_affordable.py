"""The version of a clip that the balance pays for."""

import pytest
from django.test import Client

from generations.composer.quote import Quote
from generations.seedance.prices import price
from tests.factories import make_user


@pytest.mark.parametrize(
    ("duration", "resolution", "has_video", "balance", "expected"),
    [
        (8, "720p", False, 16, None),
        (8, "720p", False, 15, "720p 7"),
        (8, "720p", False, 8, "720p 4"),
        (8, "720p", False, 7, "480p 7"),
        (8, "720p", False, 4, "480p 4"),
        (8, "720p", False, 3, None),
        (8, "480p", False, 7, "480p 7"),
        (8, "720p", True, 20, "720p 5"),
        (8, "720p", True, 9, "480p 4"),
        (8, "720p", True, 7, None),
    ],
)
def test_the_best_version_that_can_be_paid(
    duration: int, resolution: str, has_video: bool, balance: int, expected: str | None
) -> None:
    cost = price(duration=duration, resolution=resolution, has_reference_video=has_video)
    found = Quote(cost, 1, balance, []).affordable
    assert (found and found.command) == expected


@pytest.mark.django_db
def test_one_press_sets_it_without_script() -> None:
    client = Client()
    client.force_login(make_user(credits=5))
    form = {"prompt": "A fox", "resolution": "720p", "duration": "8", "takes": "2", "aspect_ratio": "16:9"}
    page = client.post("/generations/quote/", {**form, "afford": "480p 5"}).content.decode()
    assert 'data-credits="5"' in page


@pytest.mark.django_db
def test_too_few_credits_lead_to_asking() -> None:
    client = Client()
    client.force_login(make_user(credits=5))
    form = {"prompt": "A fox", "resolution": "720p", "duration": "8", "takes": "1", "aspect_ratio": "16:9"}
    page = client.post("/generations/quote/", form, headers={"HX-Request": "true"}).content.decode()
    assert 'href="/credits/request/?amount=11"' in page
    assert 'data-afford="480p 5"' in page
