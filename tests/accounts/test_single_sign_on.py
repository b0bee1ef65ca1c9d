"""Single sign-on against a small provider: whose account it opens, which groups it gives, and what is refused."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group as Role
from django.core import mail
from django.test import Client

from generations.models import AuditEntry, Group, User
from generations.operations.checks import single_sign_on_is_complete
from tests.accounts.identity import CLIENT_ID, OTHER_KEY, PUBLIC_KEY, Provider
from tests.marked_keys import OIDC_SECRET

Kind = AuditEntry.Kind


@pytest.fixture(scope="module")
def serving() -> Iterator[Provider]:
    with Provider().serving() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider, settings: Any) -> Provider:
    settings.OIDC_URL, settings.OIDC_CLIENT_ID = serving.url, CLIENT_ID
    configured = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    configured["openid_connect"]["APPS"][0] |= {
        "client_id": CLIENT_ID,
        "secret": OIDC_SECRET,
        "settings": {"server_url": serving.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = configured
    serving.reset()
    return serving


def come_back(provider: Provider) -> tuple[Any, Client]:
    """Sign in through the provider with a new browser; return the answer and the browser."""
    client = Client()
    return client.get(provider.approve(client)), client


def is_signed_in(client: Client, user: User | None = None) -> bool:
    found = client.session.get("_auth_user_id")
    return found == str(user.pk) if user else found is not None


def test_the_first_time_links_the_account_of_a_verified_email(provider: Provider, alice: User) -> None:
    answer, client = come_back(provider)
    assert answer["Location"] == "/"
    assert is_signed_in(client, alice)
    assert SocialAccount.objects.get().user == alice
    kinds = list(AuditEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.SSO_LINKED, Kind.SIGNED_IN]
    assert AuditEntry.objects.get(kind=Kind.SIGNED_IN).params == {"by": ["socialaccount"]}
    assert [sent.to for sent in mail.outbox] == [["alice@example.org"]]


def test_later_the_id_counts_and_not_the_email(provider: Provider, alice: User, bob: User) -> None:
    come_back(provider)
    provider.claims["email"] = bob.email
    assert is_signed_in(come_back(provider)[1], alice)


@pytest.mark.parametrize("verified", [False, None, "no", "false"])
def test_an_unverified_email_opens_nothing(provider: Provider, alice: User, verified: object) -> None:
    provider.claims["email_verified"] = verified
    answer, client = come_back(provider)
    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_the_operator_may_vouch_for_emails(provider: Provider, alice: User, settings: Any) -> None:
    settings.OIDC_TRUST_EMAILS = True
    del provider.claims["email_verified"]
    assert is_signed_in(come_back(provider)[1], alice)


def test_a_stranger_cannot_wait_for_someone_with_an_unconfirmed_account(
    provider: Provider, alice: User
) -> None:
    alice.signed_up_alone = True
    alice.save()
    answer, client = come_back(provider)
    assert (answer.status_code, is_signed_in(client)) == (403, False)
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    assert is_signed_in(come_back(provider)[1], alice)


def test_a_deactivated_person_stays_out(provider: Provider, alice: User) -> None:
    alice.is_active = False
    alice.save()
    assert not is_signed_in(come_back(provider)[1])


def test_an_unknown_person_gets_an_account_only_if_the_operator_says_so(
    provider: Provider, db: None, settings: Any
) -> None:
    answer, client = come_back(provider)
    assert (answer.status_code, is_signed_in(client), User.objects.count()) == (403, False, 0)
    settings.OIDC_SIGNUP = True
    assert is_signed_in(come_back(provider)[1])
    made = User.objects.get()
    assert (made.username, made.email, made.is_staff, made.has_usable_password()) == (
        "alice.example",
        "alice@example.org",
        False,
        False,
    )


def test_an_address_that_someone_else_confirmed_makes_no_account(
    provider: Provider, bob: User, settings: Any
) -> None:
    settings.OIDC_SIGNUP = True
    EmailAddress.objects.create(user=bob, email="alice@example.org", verified=True)
    answer, client = come_back(provider)
    assert (answer.status_code, is_signed_in(client), User.objects.count()) == (403, False, 1)


def test_a_second_factor_set_up_here_is_asked_for(provider: Provider, alice: User) -> None:
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    answer, client = come_back(provider)
    assert (answer["Location"], is_signed_in(client)) == ("/accounts/security/authenticate/", False)


def test_none_has_to_be_set_up_after_single_sign_on(provider: Provider, alice: User, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everyone"
    assert come_back(provider)[1].get("/").status_code == 200


def unsigned(provider: Provider) -> None:
    provider.key, provider.algorithm = None, "none"


def signed_by_another(provider: Provider) -> None:
    provider.key = OTHER_KEY


def signed_with_the_public_key(provider: Provider) -> None:
    provider.key, provider.algorithm = PUBLIC_KEY, "HS256"


def of_another_client(provider: Provider) -> None:
    provider.token_claims = {"aud": "elsewhere"}


def of_another_issuer(provider: Provider) -> None:
    provider.token_claims = {"iss": "https://evil.example"}


def expired(provider: Provider) -> None:
    provider.token_claims = {"exp": 1}


def about_another(provider: Provider) -> None:
    provider.token_claims = {"sub": "b2"}


def garbage(provider: Provider) -> None:
    provider.token = "a.b.c"


def without_key_id(provider: Provider) -> None:
    provider.token = jwt.encode({"sub": "a1"}, "x" * 32, algorithm="HS256")


@pytest.mark.parametrize(
    "forge",
    [
        *(unsigned, signed_by_another, signed_with_the_public_key, of_another_client, of_another_issuer),
        *(expired, about_another, garbage, without_key_id),
    ],
)
def test_a_forged_token_is_refused(
    provider: Provider, alice: User, forge: Callable[[Provider], None]
) -> None:
    forge(provider)
    answer, client = come_back(provider)
    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert AuditEntry.objects.get().kind == Kind.SIGN_IN_FAILED


def test_a_state_works_once_and_in_its_own_browser(provider: Provider, alice: User) -> None:
    client = Client()
    address = provider.approve(client)
    assert Client().get(address).status_code == 403
    assert client.get(address).status_code == 302
    client.post("/accounts/logout/")
    assert (client.get(address).status_code, is_signed_in(client)) == (403, False)


@pytest.mark.parametrize("query", ["", "?code=c", "?state=x", "?error=access_denied", "?code=c&state=%00"])
def test_a_made_up_callback_is_refused(provider: Provider, db: None, query: str) -> None:
    assert Client().get(f"/accounts/sso/callback/{query}").status_code == 403


def test_a_link_never_links_the_account_of_the_person_signed_in(
    provider: Provider, as_bob: Client, bob: User
) -> None:
    assert as_bob.get("/accounts/sso/?process=connect")["Location"] == "/"
    assert not SocialAccount.objects.exists()


def test_it_returns_to_a_page_of_ours_only(provider: Provider, alice: User) -> None:
    client = Client()
    assert client.get(provider.approve(client, "/accounts/sso/?next=/gallery/"))["Location"] == "/gallery/"
    client = Client()
    assert client.get(provider.approve(client, "/accounts/sso/?next=//evil.example/"))["Location"] == "/"


def test_a_provider_that_is_down_is_reported(settings: Any, provider: Provider, db: None) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:9/"
    )
    assert Client().get("/accounts/sso/").status_code == 403


def test_groups_give_and_take_roles_and_credit_groups(
    provider: Provider, alice: User, staff: User, settings: Any
) -> None:
    settings.OIDC_GROUPS = {"finance": "accountant", "it": "administrator", "design": "Designers"}
    for name in ("Designers", "Others"):
        Group.objects.create(name=name, monthly_credits=1, set_by=staff)
    Group.objects.get(name="Others").members.add(alice)
    provider.claims["groups"] = ["finance", "design", "administrator", 7]
    come_back(provider)
    alice.refresh_from_db()
    assert list(alice.groups.values_list("name", flat=True)) == ["accountant"]
    assert (alice.is_staff, alice.is_superuser) == (True, False)
    assert set(alice.credit_groups.values_list("name", flat=True)) == {"Designers", "Others"}
    provider.claims["groups"] = []
    _answer, client = come_back(provider)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.groups.count()) == (False, 0)
    assert list(alice.credit_groups.values_list("name", flat=True)) == ["Others"]
    assert client.get("/admin/").status_code == 302
    assert AuditEntry.objects.filter(kind=Kind.ROLES_CHANGED, target=alice).count() == 2


def test_groups_leave_superusers_and_unmapped_roles_alone(
    provider: Provider, alice: User, settings: Any
) -> None:
    alice.groups.add(Role.objects.get(name="operator"))
    User.objects.update(is_staff=True)
    settings.OIDC_GROUPS = {"finance": "accountant"}
    come_back(provider)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.groups.get().name) == (True, "operator")
    User.objects.update(is_superuser=True)
    provider.claims["groups"] = ["finance"]
    come_back(provider)
    assert alice.groups.get().name == "operator"


def test_passwords_can_be_switched_off(client: Client, alice: User, settings: Any) -> None:
    settings.PASSWORD_SIGN_IN = False
    answer = client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})
    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert 'name="password"' not in client.get("/accounts/login/").content.decode()


def test_a_half_configured_single_sign_on_is_an_error(settings: Any) -> None:
    settings.OIDC_URL, settings.PASSWORD_SIGN_IN = "https://id.example", True
    assert [each.id for each in single_sign_on_is_complete(None)] == ["generations.E006"]
    settings.OIDC_URL, settings.PASSWORD_SIGN_IN = "", False
    assert [each.id for each in single_sign_on_is_complete(None)] == ["generations.E007"]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        *(("sub", ""), ("sub", 7), ("sub", "x" * 192), ("sub", "a\0")),
        *(("email", None), ("email", ["a"]), ("email", "no address"), ("email", "a\0@example.org")),
        *(
            ("preferred_username", 7),
            ("preferred_username", {}),
            ("name", []),
            ("name", "a\0b"),
            ("groups", "\0"),
        ),
    ],
)
def test_odd_claims_are_refused_or_ignored(
    provider: Provider, db: None, settings: Any, claim: str, value: object
) -> None:
    settings.OIDC_SIGNUP, settings.OIDC_GROUPS = True, {"it": "administrator"}
    provider.claims[claim] = value
    answer, _client = come_back(provider)
    assert answer.status_code in (302, 403)


@pytest.mark.parametrize("groups", [7, None, {"it": 1}, [["it"]], [{"it": 1}], "administrator"])
def test_odd_groups_give_no_role(provider: Provider, alice: User, settings: Any, groups: object) -> None:
    settings.OIDC_GROUPS = {"it": "administrator"}
    provider.claims["groups"] = groups
    assert is_signed_in(come_back(provider)[1], alice)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.groups.count()) == (False, 0)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("ｊａｎｅ", "jane"), ("аlice", "alice1"), ("x" * 300, "x" * 150), ("bob@example.org", "eve")],
)
def test_a_new_person_gets_a_name_that_is_like_no_other(
    provider: Provider, alice: User, settings: Any, asked: str, given: str
) -> None:
    settings.OIDC_SIGNUP = True
    provider.claims |= {"sub": "e5", "email": "eve@example.org", "preferred_username": asked}
    come_back(provider)
    made = User.objects.get(email="eve@example.org")
    assert made.username != "alice"
    assert given in (made.username, "alice1")
