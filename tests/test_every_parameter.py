"""Every parameter of the model at every place that must know it: one that is added anywhere less fails here."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from generations.apiframe.sandbox.api.checks import check_generate
from generations.composer import presets
from generations.composer.form import GenerationForm
from generations.gallery import trash
from generations.gallery.embedded_recipe import read_text, recipe_text
from generations.models import Generation, Preset, User
from generations.seedance.parameters import MODEL, PARAMETERS, SETTINGS, Recipe, as_fields
from generations.seedance.roles import ROLES
from tests.factories import make_generation, make_recipe

pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("name", PARAMETERS)
EVERY_SETTING = pytest.mark.parametrize("name", SETTINGS)


def _sample(name: str) -> Any:
    """A valid value that is neither blank nor what the form starts with."""
    parameter = PARAMETERS[name]
    match parameter.kind:
        case "text":
            return f"Words of {name}"
        case "whole":
            return next(each for each in (parameter.least + 1, parameter.least) if each != parameter.initial)
        case "flag":
            return not parameter.initial
        case "choice":
            return next(each for each in parameter.choices if each != parameter.initial)
    return as_fields({name: ["https://example.org/sample.bin"]})[name]


def _recipe(name: str) -> Recipe:
    return replace(make_recipe(), **{name: _sample(name)})


def _clip(user: User, name: str) -> Generation:
    return make_generation(user=user, recipe=_recipe(name), status="finished")


def _posted(recipe: Recipe) -> QueryDict:
    form = QueryDict(mutable=True)
    for name in PARAMETERS:
        value = getattr(recipe, name)
        if isinstance(value, tuple):
            form.setlist(name, list(value))
        elif value not in (None, "", False):
            form[name] = str(value)
    return form


@EVERY
def test_the_page_has_an_input(as_alice: Client, name: str) -> None:
    page = as_alice.get("/", {name: _sample(name)} if name in ROLES else {})
    assert f'name="{name}"' in page.content.decode()


@EVERY
def test_the_page_has_a_place_for_its_error(as_alice: Client, name: str) -> None:
    assert f'id="error-{name}"' in as_alice.get("/").content.decode()


@EVERY
def test_the_form_makes_a_recipe_of_it(alice: User, name: str) -> None:
    form = GenerationForm(_posted(_recipe(name)), user=alice)
    assert form.is_valid(), form.errors
    assert getattr(form.recipe(), name) == _sample(name)


@EVERY
def test_the_sandbox_accepts_it(name: str) -> None:
    recipe = _recipe(name)
    sent = {"prompt": recipe.prompt, "model": MODEL, "seedanceParams": recipe.params()}
    assert name == "prompt" or name in recipe.params()
    check_generate(sent)


@EVERY
def test_the_clip_keeps_it(alice: User, name: str) -> None:
    clip = Generation.objects.get(pk=_clip(alice, name).pk)
    assert getattr(clip.recipe(), name) == _sample(name)


@EVERY
def test_the_recipe_in_the_file_carries_it(alice: User, name: str) -> None:
    carried = read_text(recipe_text(_clip(alice, name)))
    assert carried is not None
    if name in ROLES:
        assert [role for role, _ in carried.references] == [name]
    else:
        assert carried.settings[name] == _sample(name)


@EVERY
def test_reuse_brings_it_back(as_alice: Client, alice: User, name: str) -> None:
    form = as_alice.get("/", {"reuse": str(_clip(alice, name).pk)}).context["form"]
    assert form[name].initial == _sample(name)


@EVERY
def test_the_page_of_the_clip_shows_it(as_alice: Client, alice: User, name: str) -> None:
    page = as_alice.get(_clip(alice, name).get_absolute_url())
    if name in ROLES:
        assert [each.role for each in page.context["references"]] == [name]
    elif name == "prompt":
        assert _sample(name) in page.content.decode()
    else:
        parameter = PARAMETERS[name]
        assert (parameter.label, parameter.shown(_sample(name))) in page.context["settings_rows"]


@EVERY
def test_the_panel_shows_it(as_staff: Client, alice: User, name: str) -> None:
    page = as_staff.get(f"/admin/generations/generation/{_clip(alice, name).pk}/change/").content.decode()
    assert (f"field-{name}" if name in SETTINGS else name) in page


@EVERY_SETTING
def test_a_preset_keeps_it(alice: User, name: str) -> None:
    preset = presets.keep(alice, "All", recipe=_recipe(name), has_prompt=True, has_seed=True)
    kept = Preset.objects.get(pk=preset.pk)
    assert {**kept.settings(), "prompt": kept.prompt}[name] == _sample(name)


@EVERY_SETTING
def test_the_panel_edits_it_in_a_preset(as_staff: Client, name: str) -> None:
    assert f'name="{name}"' in as_staff.get("/admin/generations/preset/add/").content.decode()


@EVERY
def test_deleting_for_ever_deletes_what_is_private(alice: User, name: str) -> None:
    clip = _clip(alice, name)
    found = Generation.objects.filter(pk=clip.pk)
    trash.move_to_trash(found)
    assert trash.wipe(found) == 1
    if name in ROLES:
        assert not clip.references.exists()
    elif PARAMETERS[name].is_private:
        assert getattr(found.get(), name) == PARAMETERS[name].blank


@EVERY
def test_text_and_media_are_private(name: str) -> None:
    assert PARAMETERS[name].is_private or PARAMETERS[name].kind not in ("text", "media")
