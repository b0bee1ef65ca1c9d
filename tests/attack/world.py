"""Whom the scanners attack as, and the person whose rows they may not change. Runs inside the product."""

import hashlib
import json

from django.contrib.auth.models import Group as Role
from django.core import serializers
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.utils import timezone

from generations.credits.ledger import settle
from generations.gallery import collections
from generations.models import Asset, Character, Collection, Entry, Generation, Preset, User
from tests.factories import make_generation, make_recipe, make_user
from tests.library.assets import make_asset, make_character

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
    """Return a digest of all that the victim owns, without the queue's marks: any upload hands out work."""
    victim = User.objects.filter(username=VICTIM)
    rows = [
        *victim,
        *(
            row
            for model in (Generation, Asset, Character, Collection, Preset)
            for row in model.objects.filter(user=victim.get())
        ),
    ]
    rows += [victim.get().account, *Entry.objects.filter(account=victim.get().account)]
    written = serializers.serialize("python", rows)
    for row in written:
        for name in ("due_at", "enqueued_at", "attempts", "claimed_by"):
            row["fields"].pop(name, None)
    return hashlib.sha256(repr(written).encode()).hexdigest()


def _fill(person: User) -> None:
    for number in range(12):
        recipe = make_recipe(prompt=f"Fox {number} of {person}")
        if number % 3:
            settle(make_generation(user=person, recipe=recipe, status="finished", ended_at=timezone.now()))
        else:
            make_generation(user=person, recipe=recipe)
    make_asset(user=person, name="fox.png")
    collections.collection_named(person, "Foxes")
    make_character(person, "Mira")
    Preset.objects.create(user=person, name="Mine", folded="mine")


def _cookies(person: User) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={_get_new_csrf_string()}"
