"""The studio's presets in the admin."""

from django.test import Client

from generations.models import Preset, User

URL = "/admin/generations/preset/"
FORM = {
    "name": "House  style",
    "duration": "6",
    "resolution": "480p",
    "aspect_ratio": "16:9",
    "prompt": "Grainy film",
}


def test_staff_create_one_for_everybody(as_staff: Client) -> None:
    assert as_staff.post(f"{URL}add/", FORM).status_code == 302
    made = Preset.objects.get()
    assert (made.user, made.name, made.folded, made.duration) == (None, "House style", "house style", 6)


def test_a_taken_name_shows_an_error(as_staff: Client) -> None:
    as_staff.post(f"{URL}add/", FORM)
    page = as_staff.post(f"{URL}add/", FORM)
    assert page.context["adminform"].form.has_error("name", "taken")
    assert Preset.objects.count() == 1


def test_invalid_settings_are_refused(as_staff: Client) -> None:
    as_staff.post(f"{URL}add/", {**FORM, "duration": "16"})
    assert not Preset.objects.exists()


def test_private_presets_are_not_shown(as_staff: Client, alice: User) -> None:
    own = Preset.objects.create(user=alice, name="Mine", folded="mine")
    assert "Mine" not in as_staff.get(URL).content.decode()
    assert as_staff.get(f"{URL}{own.pk}/change/").status_code == 302
