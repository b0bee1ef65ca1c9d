"""Every address × every kind of visitor × every method: what is answered. An address without a row fails.

A row of the table is what GET, POST and htmx's GET are answered with. Always, and asked as well: HEAD is answered as
GET, and PUT and DELETE with 405. Staff are not asked HEAD and htmx in the panel, whose pages are Django's own.
"""

import logging
from collections.abc import Iterator
from copy import deepcopy

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Role
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from generations.gallery import collections
from generations.models import Asset, Character, Generation, Preset, User
from tests.admin.test_walk import rows  # noqa: F401
from tests.factories import make_user

OUT = ("anonymous", "session ended", "deactivated")
PEOPLE = ("other", "owner")
STAFF = ("clerk", "accountant", "operator", "administrator")
VISITORS = (*OUT, *PEOPLE, *STAFF)
SIGNED_IN = (*PEOPLE, *STAFF)
NOT_OWNER = ("other", *STAFF)

# Where people without a session are sent to sign in: htmx by a header.
TO_SIGN_IN = dict.fromkeys(OUT, "302 302 200")


def private(everybody: str, **some: str) -> dict[str, str]:
    """Behind sign-in: one answer for everybody who is signed in, and those that differ."""
    return {**TO_SIGN_IN, **dict.fromkeys(SIGNED_IN, everybody), **some}


def own(owner: str, others: str) -> dict[str, str]:
    return private(others, owner=owner)


def everybody(answers: str) -> dict[str, str]:
    return dict.fromkeys(VISITORS, answers)


RULES: dict[str, dict[str, str]] = {
    # Pages and lists of one's own.
    " gallery/ trash/ library/pick/ library/states/ credits/ credits/entries.csv credits/balance/ guide/ prompts/ "
    "preferences/export/"
    : private("200 405 200"),
    "generations/updates/": own("204 405 204", "200 405 200"),
    "library/ preferences/": private("200 302 200"),
    "library/characters/new/ collections/ credits/request/": private("200 422 200"),
    "credits/request/close/": private("405 302 405"),
    # An empty form.
    "generations/ gallery/bulk/ presets/": private("405 422 405"),
    "generations/quote/ generations/tray/ generations/tray/files/ generations/tray/mentions/"
    : private("405 200 405"),
    "generations/restore/ trash/undo/ library/trash/delete/": private("405 302 405"),
    # One thing of somebody's: for others it does not exist. Staff who may view clips look, and change nothing.
    "generations/<uuid:pk>/": own("200 405 200", "404 405 404")
    | dict.fromkeys(("operator", "administrator"), "200 405 200"),
    "generations/<uuid:pk>/<str:name> library/<uuid:pk>/<str:name>": private("404 405 404"),
    "library/<uuid:pk>/": own("200 405 200", "404 405 404"),
    "library/characters/<int:pk>/": own("200 422 200", "404 404 404"),
    "generations/<uuid:pk>/cancel/ generations/<uuid:pk>/retry/ generations/<uuid:pk>/keep/ "
    "generations/<uuid:pk>/choose/ "
    "generations/<uuid:pk>/favourite/ generations/<uuid:pk>/organise/ collections/<int:pk>/delete/ "
    "library/characters/<int:pk>/add/ library/characters/<int:pk>/delete/ "
    "library/<uuid:pk>/trash/ library/<uuid:pk>/restore/ library/<uuid:pk>/retry/"
    : own("405 302 405", "405 404 405"),
    "generations/<uuid:pk>/takes/": own("302 405 302", "404 405 404"),
    "generations/<uuid:pk>/menu/": own("302 405 200", "404 405 404"),
    "collections/<int:pk>/ library/<uuid:pk>/rename/ presets/<int:pk>/rename/"
    : own("405 422 405", "405 404 405"),
    "presets/<int:pk>/apply/ presets/<int:pk>/delete/": own("405 200 405", "405 404 405"),
    # Of a clip that is not finished.
    "generations/<uuid:pk>/take/ generations/<uuid:pk>/extend/": private("405 404 405"),
    # For everybody.
    "healthz": everybody("200 405 200"),
    "readyz": everybody("503 405 503"),
    # Off, until METRICS_TOKEN is set.
    "metrics": everybody("404 405 404"),
    "webhooks/apiframe/": everybody("405 404 405"),
    "invitations/<str:token>/": everybody("404 404 404"),
    "accounts/signup/": everybody("404 404 404"),
    "accounts/login/": dict.fromkeys(OUT, "200 200 200") | dict.fromkeys(SIGNED_IN, "302 302 302"),
    "accounts/logout/": dict.fromkeys(OUT, "302 302 302") | dict.fromkeys(SIGNED_IN, "200 302 200"),
    "accounts/password/reset/": everybody("200 200 200"),
    "accounts/login/code/confirm/": everybody("302 302 302"),
    "accounts/inactive/ accounts/confirm-email/ accounts/password/reset/key/done/ accounts/password/reset/done/"
    : everybody("200 405 200"),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": everybody("200 404 200"),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": everybody("404 404 404"),
    "accounts/password/change/": private("200 200 200"),
    "accounts/password/set/": private("302 302 302"),
    "accounts/email/": private("200 302 200"),
    # A person who has just signed in without saying how confirms a password before any change of factors.
    "accounts/reauthenticate/": private("200 200 200"),
    "accounts/security/ accounts/security/webauthn/": private("200 405 200"),
    "accounts/security/totp/activate/ accounts/security/webauthn/add/ accounts/security/recovery-codes/generate/ "
    "accounts/security/webauthn/keys/<int:pk>/remove/ accounts/security/webauthn/keys/<int:pk>/edit/ "
    "accounts/security/reauthenticate/ accounts/security/webauthn/reauthenticate/": private("302 302 302"),
    "accounts/security/totp/deactivate/": private("404 404 404"),
    "accounts/security/recovery-codes/": private("404 405 404"),
    "accounts/security/recovery-codes/download/": private("404 404 404"),
    # Only between the password and the second factor.
    "accounts/security/authenticate/": everybody("302 302 302"),
    "accounts/security/webauthn/login/": everybody("302 302 302"),
    # No identity provider is configured.
    "accounts/sso/ accounts/sso/callback/": everybody("404 405 404"),
    "accounts/sessions/": private("200 302 200"),
    "accounts/sessions/<int:pk>/end/": own("405 302 405", "405 404 405"),
}  # fmt: skip


def panel(staff: str, **some: str) -> dict[str, str]:
    """In the panel: people who are no staff are sent away, and from there refused."""
    return {**TO_SIGN_IN, **dict.fromkeys(PEOPLE, "302 302 302"), **dict.fromkeys(STAFF, staff), **some}


def only(roles: str, answers: str, refused: str = "403 403 403") -> dict[str, str]:
    return panel(refused, **dict.fromkeys(roles.split(), answers))


MONEY, CLIPS = "accountant administrator", "operator administrator"
RULES |= {
    "admin/": panel("302 302 302", clerk="200 200 200"),
    "admin/people/": only(MONEY, "200 405 200", "403 403 403"),
    "admin/people/<int:pk>/limits/": only(MONEY, "405 302 405", "403 403 403"),
    "admin/people/<int:pk>/active/": only("administrator", "405 302 405", "403 403 403"),
    "admin/people/<int:pk>/delete/": only("administrator", "200 422 200"),
    "admin/people/<int:pk>/export/": only("administrator", "200 405 200", "403 403 403"),
    "admin/spending/": only(MONEY, "200 405 200", "403 403 403"),
    "admin/configuration/": only(CLIPS, "200 405 200"),
    "admin/configuration/test-mail/": only(CLIPS, "405 302 405"),
    "admin/configuration/limits/": only(MONEY, "405 302 405", "403 403 403"),
    "admin/login/": dict.fromkeys(OUT, "302 302 302")
    | dict.fromkeys(PEOPLE, "403 403 403")
    | dict.fromkeys(STAFF, "302 302 302"),
    "admin/logout/": panel("405 200 405"),
    "admin/password_change/": panel("302 302 302"),
    "admin/password_change/done/ admin/jsi18n/": panel("200 405 200"),
    "admin/autocomplete/": panel("403 405 403"),
    "admin/r/<path:content_type_id>/<path:object_id>/ admin/r/<path:object>": private("404 404 404"),
    "admin/(?P<url>.*)$": panel("404 404 404"),
    "admin/^(?P<app_label>generations|admin)/$": panel("200 200 200", clerk="404 404 404"),
    "admin/operations/": only(CLIPS, "200 405 200"),
    "admin/operations/pause/ admin/operations/resume/ admin/operations/prove-ledger/"
    : only(CLIPS, "405 302 405"),
    "admin/credit-requests/": only(MONEY, "200 405 200", "403 403 403"),
    "admin/credit-requests/<int:pk>/": only(MONEY, "405 404 405", "403 403 403"),
    "admin/generations/generation/release/": only("administrator", "200 422 200"),
    "admin/generations/user/credits/": only(MONEY, "200 422 200"),
    "admin/generations/user/<id>/password/": only("administrator", "200 200 200"),
    "admin/generations/user/<int:pk>/factors/": only("administrator", "200 302 200"),
}  # fmt: skip

# Models of the panel: who reads them, and who may add, change and delete there; "-" stands for nobody.
MODELS = {
    "generations/account": (MONEY, "-", "-", "-"),
    "generations/entry": (MONEY, "-", "-", "-"),
    "generations/caps": (MONEY, MONEY, MONEY, "administrator"),
    "generations/group": (MONEY, MONEY, MONEY, "administrator"),
    "generations/invitation": (MONEY, MONEY, "-", "-"),
    "generations/user": (MONEY, "administrator", "administrator", "-"),
    "generations/generation": (CLIPS, "-", "-", "-"),
    "generations/asset": (CLIPS, "-", "-", "-"),
    "generations/notice": (CLIPS, "-", "-", "-"),
    "generations/studio": (CLIPS, "-", "-", "-"),
    "generations/preset": ("administrator", "administrator", "administrator", "administrator"),
    "generations/auditentry": ("administrator", "-", "-", "-"),
    "admin/logentry": ("administrator", "-", "-", "-"),
}
# A form in which nothing is required is saved as it is.
ADD_POSTED = {"generations/caps": "302"}
CHANGE_POSTED = {"generations/caps": "302"}


def rules_of_models() -> Iterator[tuple[str, dict[str, str]]]:
    for model, (read, add, change, delete) in MODELS.items():
        prefix = f"admin/{model}/"
        yield prefix, only(read, "200 200 200")
        yield f"{prefix}<path:object_id>/history/", only(read, "200 200 200")
        yield f"{prefix}<path:object_id>/", panel("302 302 302")
        yield f"{prefix}add/", only(add, f"200 {ADD_POSTED.get(model, 200)} 200")
        yield f"{prefix}<path:object_id>/delete/", only(delete, "200 200 200")
        written = only(change, f"200 {CHANGE_POSTED.get(model, 200)} 200")
        readers = dict.fromkeys([each for each in read.split() if each not in change.split()], "200 403 200")
        yield f"{prefix}<path:object_id>/change/", written | readers


TABLE = {route: rule for routes, rule in RULES.items() for route in routes.split(" ")} | dict(
    rules_of_models()
)


def routes_of(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address there is."""
    for each in resolver.url_patterns:
        route = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes_of(each, route)
        else:
            yield route


ROUTES = sorted(set(routes_of(get_resolver())))


def test_every_address_has_a_row_and_every_row_an_address() -> None:  # bar 27
    assert sorted(TABLE) == ROUTES


@pytest.fixture
def fill(rows: dict[str, object], alice: User, generation: Generation) -> dict[str, str]:  # noqa: F811
    """What stands for the parts of an address: all of it alice's."""
    collection = collections.collection_named(alice, "Trip")
    character = Character.objects.create(name="Mira", folded="mira", user=alice)
    preset = Preset.objects.create(name="Mine", folded="mine", user=alice)
    log = LogEntry.objects.create(
        user=alice, content_type=ContentType.objects.get_for_model(User), action_flag=1, object_repr="x"
    )
    session = UserSession.objects.create(
        user=alice, ip="192.0.2.7", session_key="other", user_agent="Firefox/1"
    )
    return {
        **{f"admin/generations/{model}/<path:object_id>": str(pk) for model, pk in rows.items()},
        "admin/admin/logentry/<path:object_id>": str(log.pk),
        "library/<uuid:pk>": str(Asset.objects.get().pk),
        "generations/<uuid:pk>": str(generation.pk),
        "collections/<int:pk>": str(collection.pk),
        "characters/<int:pk>": str(character.pk),
        "credit-requests/<int:pk>": "1",
        "admin/people/<int:pk>": str(alice.pk),
        "presets/<int:pk>": str(preset.pk),
        "keys/<int:pk>": "1",
        "sessions/<int:pk>": str(session.pk),
        "user/<id>": str(alice.pk),
        "user/<int:pk>": str(alice.pk),
        "<str:name>": "video.mp4",
        "<str:token>": "x",
        "<path:content_type_id>": "1",
        "<path:object_id>": "1",
        "<path:object>": "1/1/",
        r"(?P<app_label>generations|admin)": "generations",
        r"(?P<key>[-:\w]+)": "x",
        "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-x",
        "(?P<url>.*)": "nowhere/",
    }


def address_of(route: str, fill: dict[str, str]) -> str:
    for part, value in fill.items():
        if part in route:
            route = route.replace(part, part[: part.rindex("<")] + value if "<" in part[1:] else value)
            route = route.replace("(?P" + value, value)
    return "/" + route.replace("^", "").replace("$", "")


def client_of(visitor: str, alice: User) -> Client:
    client = Client()
    if visitor == "anonymous":
        return client
    person = alice if visitor == "owner" else make_user("visitor", is_staff=visitor in STAFF)
    person.groups.set(Role.objects.filter(name=visitor))
    client.force_login(person)
    if visitor == "session ended":
        client.session.flush()
    elif visitor == "deactivated":
        person.is_active = False
        person.save()
    return client


METHODS = ("get", "head", "post", "htmx", "put", "delete")
PANEL_METHODS = ("get", "post", "put", "delete")


def _close(response: HttpResponseBase) -> None:
    """Close files; the signal that a request ended would close the connection, and the test's transaction with it."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


def answers(client: Client, url: str, *, methods: tuple[str, ...]) -> str:
    """What a visitor gets, each request as if it were the first; "HEAD" or a method where that rule is broken."""
    cookies, found, broken = deepcopy(client.cookies), {}, []
    for method in methods:
        client.cookies = deepcopy(cookies)
        cache.clear()
        kept = transaction.savepoint()
        if method == "htmx":
            response = client.get(url, headers={"HX-Request": "true"})
        else:
            response = getattr(client, method)(url)
        found[method] = response.status_code
        _close(response)
        transaction.savepoint_rollback(kept)
    client.cookies = cookies
    found = {"head": found["get"], "htmx": found["get"], **found}
    if found["head"] != found["get"]:
        broken.append(f"HEAD {found['head']}")
    broken += [each for each in ("put", "delete") if found[each] != 405]
    return " ".join([f"{found['get']} {found['post']} {found['htmx']}", *broken])


@pytest.mark.slow
@pytest.mark.parametrize("visitor", VISITORS)
def test_the_table(
    visitor: str, alice: User, fill: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:  # bar 27
    client = client_of(visitor, alice)
    # Each refusal is logged with where it was raised, which takes longer than the answer.
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    expected = {route: TABLE[route][visitor] for route in ROUTES if route in TABLE}
    found = {
        route: answers(
            client,
            address_of(route, fill),
            methods=PANEL_METHODS if visitor in STAFF and route.startswith("admin/") else METHODS,
        )
        for route in expected
    }
    wrong = {route: (found[route], expected[route]) for route in expected if found[route] != expected[route]}
    assert wrong == {}
