"""Presets: save, apply, rename, delete; the submitted form is kept as it was."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from generations.composer import presets
from generations.models import Preset, User
from generations.models.preset import MOST_PRESETS
from tests.factories import make_recipe

HTMX = {"HX-Request": "true"}
FORM = {
    "prompt": "A fox",
    "duration": "6",
    "resolution": "480p",
    "aspect_ratio": "9:16",
    "camera_fixed": "true",
    "seed": "7",
}
COMMANDS = ["/presets/", "/presets/{pk}/apply/", "/presets/{pk}/rename/", "/presets/{pk}/delete/"]


def make_preset(owner: User | None, name: str = "Portrait", **overrides: Any) -> Preset:
    settings = {"prompt": "Grainy film", "duration": 6, "aspect_ratio": "9:16", "seed": 7, **overrides}
    has_prompt, has_seed = settings.pop("has_prompt", False), settings.pop("has_seed", False)
    return presets.keep(owner, name, recipe=make_recipe(**settings), has_prompt=has_prompt, has_seed=has_seed)


@pytest.fixture
def portrait(alice: User) -> Preset:
    return make_preset(alice)


def save(client: Client, name: str, **more: str) -> Any:
    return client.post("/presets/", {**FORM, "preset_name": name, **more}, headers=HTMX)


def test_it_saves_the_composers_settings(as_alice: Client, alice: User) -> None:
    assert save(as_alice, " My  portrait ").status_code == 200
    kept = alice.presets.get()
    assert (kept.name, kept.duration, kept.resolution, kept.aspect_ratio) == (
        "My portrait",
        6,
        "480p",
        "9:16",
    )
    assert (kept.generate_audio, kept.camera_fixed) == (False, True)


def test_prompt_and_seed_are_saved_only_if_chosen(as_alice: Client, alice: User) -> None:
    save(as_alice, "Plain")
    save(as_alice, "Whole", preset_prompt="on", preset_seed="on")
    found = {each.name: (each.prompt, each.seed) for each in alice.presets.all()}
    assert found == {"Plain": ("", None), "Whole": ("A fox", 7)}


def test_a_taken_name_asks_before_replacing(as_alice: Client, portrait: Preset) -> None:
    response = save(as_alice, "PORTRAIT", duration="9")
    assert response.status_code == 422
    assert "Replace it?" in response.content.decode()
    portrait.refresh_from_db()
    assert portrait.duration == 6


def test_it_replaces_after_confirmation(as_alice: Client, portrait: Preset) -> None:
    save(as_alice, "PORTRAIT", duration="9", preset_replaces=str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.name, portrait.duration) == ("PORTRAIT", 9)


@pytest.mark.parametrize(("name", "code"), [(" ", "required"), ("x" * 61, "max_length")])
def test_an_invalid_name_shows_an_error_at_its_field(as_alice: Client, name: str, code: str) -> None:
    response = save(as_alice, name)
    assert response.status_code == 422
    assert response.context["preset_form"].has_error("preset_name", code)
    assert not Preset.objects.exists()


def test_invalid_settings_are_not_saved(as_alice: Client) -> None:
    response = save(as_alice, "Long", duration="99")
    assert response.status_code == 422
    assert response.context["preset_form"].has_error("preset_name", "invalid_settings")


def test_the_number_of_presets_is_limited(as_alice: Client, alice: User) -> None:
    for number in range(MOST_PRESETS):
        make_preset(alice, f"Preset {number}")
    response = save(as_alice, "One more")
    assert response.status_code == 422
    assert f"{MOST_PRESETS} presets" in response.content.decode()


def test_at_the_limit_a_preset_can_be_replaced(as_alice: Client, alice: User) -> None:
    made = [make_preset(alice, f"Preset {number}") for number in range(MOST_PRESETS)]
    assert save(as_alice, "Preset 3", preset_replaces=str(made[3].pk)).status_code == 200


def test_staff_can_save_one_for_everybody(as_staff: Client, as_bob: Client) -> None:
    save(as_staff, "House style", preset_for_all="on")
    assert Preset.objects.get().is_studios
    assert "House style" in as_bob.get("/").content.decode()


def test_users_save_only_for_themselves(as_alice: Client, alice: User) -> None:
    save(as_alice, "House style", preset_for_all="on")
    assert Preset.objects.get().user == alice


def test_ones_own_come_before_the_studios(as_alice: Client, alice: User, bob: User) -> None:
    make_preset(None, "A house style")
    make_preset(alice, "Zebra")
    make_preset(bob, "His")
    assert [each.name for each in as_alice.get("/").context["presets"]] == ["Zebra", "A house style"]


def test_applying_fills_the_composer_without_script(as_alice: Client, portrait: Preset) -> None:
    response = as_alice.post(f"/presets/{portrait.pk}/apply/", {"prompt": "A hare", "duration": "15"})
    form = response.context["form"]
    assert response.status_code == 200
    assert (form["prompt"].value(), form["duration"].value(), form["aspect_ratio"].value()) == (
        "A hare",
        "6",
        "9:16",
    )


def test_applying_shows_the_new_price(as_alice: Client, portrait: Preset) -> None:
    words = as_alice.post(f"/presets/{portrait.pk}/apply/", FORM).content.decode()
    assert "6 s × 1" in words


def test_its_url_fills_an_empty_composer(as_alice: Client, alice: User) -> None:
    preset = make_preset(alice, has_prompt=True, has_seed=True)
    response = as_alice.get(f"/?preset={preset.pk}")
    form = response.context["form"]
    assert (form["prompt"].value(), form["duration"].value(), form["seed"].value()) == ("Grainy film", 6, "7")
    assert form["generate_audio"].value() is True


def test_its_seed_is_text_for_the_script(as_alice: Client, alice: User) -> None:
    """JavaScript numbers are exact only up to 2**53."""
    make_preset(alice, seed=2**53 + 1, has_seed=True)
    [told] = re.findall('data-preset="([^"]+)"', as_alice.get("/").content.decode())
    assert json.loads(unescape(told))["settings"]["seed"] == "9007199254740993"


def test_its_url_leaves_the_draft_to_the_script(as_alice: Client, portrait: Preset) -> None:
    words = as_alice.get(f"/?preset={portrait.pk}").content.decode()
    assert "data-begun=" in words
    assert "data-bound" not in words


@pytest.mark.parametrize(
    ("written", "together"),
    [
        ("", "Grainy film"),
        ("  ", "Grainy film"),
        ("A hare", "A hare\nGrainy film"),
        ("A hare\r\nGrainy film", "A hare\r\nGrainy film"),
        ("Grainy filmstock", "Grainy filmstock\nGrainy film"),
    ],
)
def test_its_prompt_is_appended_once(written: str, together: str) -> None:
    assert presets.with_added(written, "Grainy film") == together


def test_it_is_renamed(as_alice: Client, portrait: Preset) -> None:
    url = f"/presets/{portrait.pk}/rename/"
    response = as_alice.post(url, {f"rename-{portrait.pk}": "Upright"}, headers=HTMX)
    portrait.refresh_from_db()
    assert (response.status_code, portrait.name) == (200, "Upright")


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "required"), ("wide", "taken")],
)
def test_an_invalid_new_name_is_422(
    as_alice: Client, alice: User, portrait: Preset, name: str, code: str
) -> None:
    make_preset(alice, "Wide")
    response = as_alice.post(f"/presets/{portrait.pk}/rename/", {f"rename-{portrait.pk}": name}, headers=HTMX)
    assert response.status_code == 422
    assert response.context["rename_form"].has_error("name", code)


def test_it_is_deleted(as_alice: Client, portrait: Preset) -> None:
    response = as_alice.post(f"/presets/{portrait.pk}/delete/", FORM, headers=HTMX)
    assert response.status_code == 200
    assert not Preset.objects.exists()


def test_staff_can_change_the_studios(as_staff: Client) -> None:
    preset = make_preset(None)
    assert as_staff.post(f"/presets/{preset.pk}/delete/", headers=HTMX).status_code == 200


@pytest.mark.parametrize("verb", ["rename", "delete"])
def test_users_cannot_change_the_studios(as_alice: Client, verb: str) -> None:
    preset = make_preset(None)
    assert as_alice.post(f"/presets/{preset.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("verb", ["apply", "rename", "delete"])
def test_for_a_stranger_and_for_staff_it_does_not_exist(
    as_bob: Client, as_staff: Client, portrait: Preset, verb: str
) -> None:
    assert as_bob.post(f"/presets/{portrait.pk}/{verb}/").status_code == 404
    assert as_staff.post(f"/presets/{portrait.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("name", ["{pk}", "nonsense", "-1", "9" * 30])
def test_a_url_of_a_missing_preset_is_404(as_bob: Client, portrait: Preset, name: str) -> None:
    assert as_bob.get(f"/?preset={name.format(pk=portrait.pk)}").status_code == 404


@pytest.mark.parametrize("url", COMMANDS)
def test_the_anonymous_are_sent_to_sign_in(client: Client, portrait: Preset, url: str) -> None:
    assert client.post(url.format(pk=portrait.pk))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("url", COMMANDS)
def test_only_a_post_changes_anything(as_alice: Client, portrait: Preset, url: str) -> None:
    assert as_alice.get(url.format(pk=portrait.pk)).status_code == 405


def test_htmx_gets_only_the_presets(as_alice: Client) -> None:
    words = save(as_alice, "Portrait").content.decode().lstrip()
    assert words.startswith('<div id="presets"')


def test_without_htmx_the_composer_is_unchanged(as_alice: Client) -> None:
    response = as_alice.post("/presets/", {**FORM, "preset_name": ""})
    words = response.content.decode()
    assert response.status_code == 422
    assert response.context["preset_form"].has_error("preset_name", "required")
    assert response.context["form"]["prompt"].value() == "A fox"
    assert '<details class="aid" name="aid" open>' in words


def test_many_presets_take_no_more_queries(
    as_alice: Client, alice: User, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    make_preset(alice, "One")
    with django_assert_max_num_queries(16) as first:
        as_alice.get("/")
    for number in range(20):
        make_preset(alice, f"Preset {number}")
        make_preset(None, f"House {number}")
    with django_assert_num_queries(len(first)):
        as_alice.get("/")


@pytest.mark.parametrize("is_studios", [True, False])
def test_the_database_rejects_a_duplicate_name(alice: User, is_studios: bool) -> None:
    owner = None if is_studios else alice
    make_preset(owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Preset.objects.create(user=owner, name="PORTRAIT", folded="portrait")


def test_without_errors_no_section_is_opened(as_alice: Client, portrait: Preset) -> None:
    assert f'id="error-rename-{portrait.pk}"></p>' in as_alice.get("/").content.decode()
