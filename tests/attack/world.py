"""Whom the scanners attack as, and the person whose rows they may not change. Runs inside the product."""

import hashlib
import json

from django.contrib.auth.models import Group as Role
from django.core import serializers
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from generations.gallery import collections
from generations.models import Asset, Collection, Entry, Generation, Preset, User
from tests.factories import make_clips, make_generation, make_recipe, make_user
from tests.library.assets import make_asset

VICTIM = "victim"


def make_world() -> str:
    """Return the Cookie header of each attacker as JSON."""
    people = {
        name: make_user(name, credits=5000, is_staff=name == "administrator")
        for name in (VICTIM, "creator", "administrator")
    }
    people["administrator"].groups.set(Role.objects.filter(name="administrator"))
    for person in people.values():
        _fill(person)
    return json.dumps({name: _cookies(person) for name, person in people.items() if name != VICTIM})


def victims_rows() -> str:
    """Return a digest of all that the victim owns."""
    victim = User.objects.filter(username=VICTIM)
    rows = [
        *victim,
        *(
            row
            for model in (Generation, Asset, Collection, Preset)
            for row in model.objects.filter(user=victim.get())
        ),
    ]
    rows += [victim.get().account, *Entry.objects.filter(account=victim.get().account)]
    return hashlib.sha256(serializers.serialize("json", rows).encode()).hexdigest()


def _fill(person: User) -> None:
    make_generation(user=person, recipe=make_recipe(prompt=f"A fox of {person}"))
    make_clips(person, 30, variant="480p")
    make_asset(user=person, name="fox.png")
    collections.collection_named(person, "Foxes")
    Preset.objects.create(user=person, name="Mine", folded="mine")


def _cookies(person: User) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={_get_new_csrf_string()}"
