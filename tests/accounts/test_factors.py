"""Second factors: set up, used at sign-in, required, removed, and what is recorded of it."""

import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib import admin
from django.contrib.auth.models import Group as Role
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from generations.accounts.factors import FactorAdapter
from generations.models import AuditEntry, Group, User
from generations.operations.checks import second_factor_setting_is_known
from tests.factories import make_user

Kind = AuditEntry.Kind
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no code expire while a test runs."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: NOW))


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, NOW // 30))


def give_factor(user: User) -> None:
    TOTP.activate(user, SECRET)


def with_password(name: str = "alice", *, follow: bool = False) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD}, follow=follow)
    return client


def kinds() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("kind", flat=True))


def test_an_app_is_set_up_and_recovery_codes_come_with_it(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test's transaction never commits.
    monkeypatch.setattr(transaction, "on_commit", lambda run: run())
    client = with_password()
    secret = client.get("/accounts/security/totp/activate/").context["form"].secret
    answer = client.post("/accounts/security/totp/activate/", {"code": code(secret)})
    assert answer["Location"] == "/accounts/security/recovery-codes/"
    assert len(client.get(answer["Location"]).context["unused_codes"]) == 10
    assert kinds() == [Kind.SIGNED_IN, Kind.FACTOR_ADDED, Kind.FACTOR_ADDED]


def test_the_page_of_the_app_asks_nobody_else(alice: User) -> None:
    page = with_password().get("/accounts/security/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page


def test_a_session_without_a_recent_password_confirms_it_first(as_alice: Client) -> None:
    answer = as_alice.get("/accounts/security/totp/activate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    answer = as_alice.post(answer["Location"], {"password": PASSWORD})
    assert as_alice.get(answer["Location"]).status_code == 200


def test_the_password_alone_signs_nobody_in(alice: User) -> None:
    give_factor(alice)
    client = with_password()
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert client.get("/accounts/security/authenticate/").status_code == 200


def test_a_code_signs_in_once(alice: User) -> None:
    # bar 36
    give_factor(alice)
    assert with_password().post("/accounts/security/authenticate/", {"code": code()}).status_code == 302
    assert with_password().post("/accounts/security/authenticate/", {"code": code()}).status_code == 200
    signed_in = AuditEntry.objects.get(kind=Kind.SIGNED_IN)
    assert signed_in.params == {"by": ["password", "totp"]}
    refused = AuditEntry.objects.get(kind=Kind.SIGN_IN_FAILED)
    assert refused.params == {"name": "alice", "factor": "totp"}


def test_a_recovery_code_signs_in_once(alice: User) -> None:
    give_factor(alice)
    [first, *_others] = RecoveryCodes.activate(alice).generate_codes()
    assert with_password().post("/accounts/security/authenticate/", {"code": first}).status_code == 302
    assert with_password().post("/accounts/security/authenticate/", {"code": first}).status_code == 200


def test_guessing_codes_ends_after_ten(alice: User) -> None:
    # bar 35
    give_factor(alice)
    client = with_password()
    for _ in range(10):
        client.post("/accounts/security/authenticate/", {"code": "000000"})
    assert client.post("/accounts/security/authenticate/", {"code": code()}).status_code == 200
    cache.clear()
    assert client.post("/accounts/security/authenticate/", {"code": code()}).status_code == 302


def test_the_database_alone_makes_no_code(alice: User, settings) -> None:
    give_factor(alice)
    stored = Authenticator.objects.get().data["secret"]
    assert SECRET not in stored
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert FactorAdapter().decrypt(stored) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    assert FactorAdapter().decrypt(stored) != FactorAdapter().decrypt(stored)


def everyone(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everyone"


def in_group(settings) -> None:
    group = Group.objects.create(
        name="Crew", monthly_credits=1, requires_factor=True, set_by=User.objects.get()
    )
    group.members.set(User.objects.all())


def as_a_staff_member(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "staff"
    User.objects.update(is_staff=True)


@pytest.mark.parametrize("require", [everyone, in_group, as_a_staff_member])
def test_who_must_have_a_factor_sets_it_up_first(
    as_alice: Client, alice: User, settings, require: Callable[..., None]
) -> None:
    # bar 36
    require(settings)
    for address in ("/", "/gallery/", "/admin/", "/accounts/password/change/", "/credits/entries.csv"):
        answer = as_alice.get(address)
        assert (answer.status_code, answer.get("Location")) == (302, "/accounts/security/"), address
    assert as_alice.post("/generations/", {"prompt": "a fox"}).status_code == 302
    assert (
        as_alice.get("/credits/balance/", headers={"HX-Request": "true"})["HX-Redirect"]
        == "/accounts/security/"
    )
    assert as_alice.get("/accounts/security/").status_code == 200
    assert as_alice.get("/healthz").status_code == 200
    give_factor(alice)
    assert as_alice.get("/").status_code == 200


def test_recovery_codes_alone_are_no_factor(as_alice: Client, alice: User, settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everyone"
    RecoveryCodes.activate(alice)
    assert as_alice.get("/").status_code == 302


def test_others_need_none(as_alice: Client, settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "staff"
    assert as_alice.get("/").status_code == 200


def test_turning_the_app_off_takes_its_codes_along(alice: User) -> None:
    give_factor(alice)
    RecoveryCodes.activate(alice)
    client = with_password()
    client.post("/accounts/security/authenticate/", {"code": code()})
    assert client.post("/accounts/security/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    assert kinds()[-2:] == [Kind.FACTOR_REMOVED, Kind.FACTOR_REMOVED]


def test_a_passkey_login_with_rubbish_is_refused(client: Client, db: None) -> None:
    for credential in (
        *("", "{}", "[]", "null", "NaN", '{"id": 1}', '{"response": {"userHandle": "AA"}}', "\0"),
        *(
            "[" * 100_000,
            "1" * 5_000,
            '{"id": "AA", "rawId": "AA", "type": "x", "response": {"clientDataJSON": "A"}}',
        ),
    ):
        answer = client.post("/accounts/security/webauthn/login/", {"credential": credential})
        assert answer["Location"] == "/accounts/login/", credential
        assert "_auth_user_id" not in client.session


def test_an_administrator_removes_the_factors_of_a_lost_phone(
    as_staff: Client, alice: User, staff: User
) -> None:
    give_factor(alice)
    client = with_password()
    client.post("/accounts/security/authenticate/", {"code": code()})
    as_staff.post(f"/admin/generations/user/{alice.pk}/factors/")
    assert client.get("/").status_code == 302
    assert with_password().get("/").status_code == 200
    [sent] = mail.outbox
    assert sent.to == ["alice@example.org"]
    entry = AuditEntry.objects.get(kind=Kind.FACTOR_REMOVED)
    assert (entry.actor, entry.target, entry.params) == (staff, alice, {"factor": ["totp"]})


def test_an_administrator_without_all_powers_removes_no_factors_of_staff(staff: User) -> None:
    give_factor(staff)
    clerk = make_user(is_staff=True)
    clerk.groups.set(Role.objects.filter(name="administrator"))
    client = Client()
    client.force_login(clerk)
    assert client.post(f"/admin/generations/user/{staff.pk}/factors/").status_code == 403
    assert Authenticator.objects.exists()


def test_the_command_line_lets_the_last_administrator_in(staff: User) -> None:
    give_factor(staff)
    call_command("remove_factors", "staff", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get().address is None
    with pytest.raises(CommandError):
        call_command("remove_factors", "nobody")


@pytest.mark.parametrize(("role", "is_on"), [("accountant", False), ("administrator", True)])
def test_who_may_change_people_decides_about_factors_of_a_group(staff: User, role: str, is_on: bool) -> None:
    group = Group.objects.create(name="Crew", monthly_credits=1, set_by=staff)
    clerk = make_user(is_staff=True)
    clerk.groups.set(Role.objects.filter(name=role))
    client = Client()
    client.force_login(clerk)
    form = {"name": "Crew", "monthly_credits": 2, "is_active": "on", "requires_factor": "on"}
    assert client.post(f"/admin/generations/group/{group.pk}/change/", form).status_code == 302
    group.refresh_from_db()
    assert (group.monthly_credits, group.requires_factor) == (2, is_on)


@pytest.mark.parametrize(("url", "required"), [("https://studio.example", "staff"), ("", "nobody")])
def test_the_default_requires_it_of_staff_on_https(tmp_path: Path, url: str, required: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DOT_ENV": os.devnull,
        "PUBLIC_URL": url,
    }
    ask = "from seedance_web import settings; print(settings.REQUIRE_SECOND_FACTOR)"
    found = subprocess.run(
        [sys.executable, "-c", ask], env=environment, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == required


def test_a_misspelt_setting_is_an_error(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "stafff"
    assert [each.id for each in second_factor_setting_is_known(None)] == ["generations.E005"]


def test_no_page_of_the_panel_shows_what_packages_keep_of_signing_in() -> None:
    shown = {model._meta.app_label for model in admin.site._registry}
    assert shown == {"generations", "admin"}


@pytest.mark.parametrize("credential", ["[" * 100_000, "1" * 5_000, "{}", '{"id": "AA"}'])
@pytest.mark.parametrize("address", ["/accounts/security/webauthn/add/", "/accounts/security/authenticate/"])
def test_a_malformed_passkey_is_an_error_of_the_form(alice: User, address: str, credential: str) -> None:
    if address.endswith("authenticate/"):
        give_factor(alice)
    answer = with_password().post(address, {"credential": credential, "name": "x"})
    assert answer.status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_the_password_cannot_be_guessed_at_an_open_browser(as_alice: Client) -> None:
    for address, field in (
        ("/accounts/reauthenticate/", "password"),
        ("/accounts/password/change/", "oldpassword"),
    ):
        statuses = [as_alice.post(address, {field: "wrong"}).status_code for _ in range(11)]
        assert statuses[-1] == 429, address
