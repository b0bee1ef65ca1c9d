"""Mail over a real local SMTP server, with settings from the environment."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from generations.accounts import mail
from generations.models import Notice, User
from generations.operations.notify import mail_unsent_notices
from tests import mailbox
from tests.mailbox import SENDER, Arrived, serve

# aiosmtpd warns about passwords without TLS; here they never leave this machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    yield from serve(auth_require_tls=False)


@pytest.fixture(scope="module")
def configured(server: Controller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return mailbox.configured("smtp", server.port, tmp_path_factory.mktemp("mail"))


@pytest.fixture
def inbox(server: Controller, configured: dict[str, object], settings) -> list[Arrived]:
    """All mail sent during the test with those settings."""
    for name, value in configured.items():
        setattr(settings, name, value)
    server.handler.arrived.clear()
    arrived: list[Arrived] = server.handler.arrived
    return arrived


def test_an_invitation_arrives_and_its_link_opens(
    as_staff: Client, client: Client, inbox: list[Arrived]
) -> None:
    as_staff.post("/admin/generations/invitation/add/", {"email": "eve@example.org", "credits": 50})
    [invitation] = inbox
    assert invitation.to == ["eve@example.org"]
    assert (invitation.message["From"], invitation.message["To"]) == (SENDER, "eve@example.org")
    assert client.get(invitation.link).status_code == 200


def test_the_mail_confirms_a_sign_up(client: Client, db: None, inbox: list[Arrived], settings) -> None:
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    words = {"password1": "a long and odd one", "password2": "a long and odd one"}
    client.post("/accounts/signup/", {"email": "eve@example.org", "username": "eve", **words})
    [confirmation] = inbox
    assert confirmation.to == ["eve@example.org"]
    client.post(confirmation.link)
    client.post("/accounts/login/", {"login": "eve", "password": "a long and odd one"})
    assert client.get("/").status_code == 200


def test_the_mail_resets_a_password(client: Client, alice: User, inbox: list[Arrived]) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    [reset] = inbox
    assert reset.to == ["alice@example.org"]
    form = client.get(reset.link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another odd and long", "password2": "another odd and long"})
    alice.refresh_from_db()
    assert alice.check_password("another odd and long")


SUBJECTS = {
    "en": (
        "Confirm your email address",
        "You already have an account",
        "Choose a new password",
        "No account with this email address",
    ),
    "de": (
        "Bestätige deine E-Mail-Adresse",
        "Du hast bereits ein Konto",
        "Wähle ein neues Passwort",
        "Kein Konto mit dieser E-Mail-Adresse",
    ),
    "zh-hans": ("确认你的邮箱地址", "你已有账户", "设置新密码", "没有使用此邮箱的账户"),
}
# Signs of allauth's own texts: its English thanks, and formal German instead of "du".
FOREIGN = re.compile(r"Hello from|Thank you for|example\.com|\b(Sie|Ihre?[nrms]?|Ihnen)\b")


@pytest.mark.parametrize("language", SUBJECTS)
def test_every_account_mail_has_our_text_in_the_readers_language(
    alice: User, inbox: list[Arrived], settings, language: str
) -> None:
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    browser = {"Accept-Language": language}
    words = {"password1": "a long and odd one", "password2": "a long and odd one"}
    for name, address in (("eve", "eve@example.org"), ("mallory", alice.email)):
        form = {"email": address, "username": name, **words}
        Client().post("/accounts/signup/", form, headers=browser)
    for address in (alice.email, "nobody@example.org"):
        Client().post("/accounts/password/reset/", {"email": address}, headers=browser)
    assert [each.message["Subject"].strip() for each in inbox] == [
        f"Seedance Web: {subject}" for subject in SUBJECTS[language]
    ]
    assert [each.message.get_content() for each in inbox if FOREIGN.search(each.message.get_content())] == []
    assert all(each.link for each in inbox)


def test_a_mail_is_in_the_recipients_language(client: Client, alice: User, inbox: list[Arrived]) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    client.post("/accounts/password/reset/", {"email": alice.email}, headers={"Accept-Language": "en"})
    assert "ein neues Passwort für alice angefordert" in inbox[0].message.get_content()


def test_with_sign_up_closed_no_mail_links_to_it(client: Client, db: None, inbox: list[Arrived]) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert "ask the studio’s administrator for an invitation" in inbox[0].message.get_content()
    assert "http" not in inbox[0].message.get_content()


def test_staff_are_notified_without_seeing_each_others_addresses(
    staff: User, alice: User, inbox: list[Arrived]
) -> None:
    User.objects.create_user("other", "other@example.org", is_staff=True, is_superuser=True)
    Notice.objects.create(kind=Notice.Kind.LEDGER, words="1 fault. Account of alice")
    assert mail_unsent_notices() == 1
    [told] = inbox
    assert told.to == ["other@example.org", "staff@example.org"]
    assert (told.message["To"], told.message["Bcc"]) == (None, None)
    assert "Account of alice" in told.message.get_content()


def test_text_in_any_language_arrives(inbox: list[Arrived], db: None) -> None:
    assert mail.send("Grüße 雪", "Ein Fuchs im Schnee 狐", to=["eve@example.org"])
    assert inbox[0].message["Subject"] == "Seedance Web: Grüße 雪"
    assert inbox[0].message.get_content().strip() == "Ein Fuchs im Schnee 狐"


def test_a_wrong_password_is_reported_and_nothing_is_lost(
    staff: User, inbox: list[Arrived], settings
) -> None:
    notice = Notice.objects.create(kind=Notice.Kind.LEDGER, words="1 fault.")
    settings.EMAIL_HOST_PASSWORD = "wrong"
    assert mail_unsent_notices() == 0
    notice.refresh_from_db()
    assert (notice.mailed_at, inbox) == (None, [])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine and its key in one file; not trusted by default."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", path, "-out", path.with_name("public.pem")),
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    path.write_bytes(path.read_bytes() + path.with_name("public.pem").read_bytes())
    return path


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def starting_tls(tls: ssl.SSLContext) -> Iterator[Controller]:
    """Accepts neither password nor mail before STARTTLS."""
    yield from serve(tls_context=tls, require_starttls=True)


@pytest.fixture(scope="module")
def speaking_tls(tls: ssl.SSLContext) -> Iterator[Controller]:
    """TLS from the first byte."""
    yield from serve(ssl_context=tls, auth_require_tls=False)


def _sends(scheme: str, server: Controller, settings, folder: Path) -> bool:
    for name, value in mailbox.configured(scheme, server.port, folder).items():
        setattr(settings, name, value)
    server.handler.arrived.clear()
    return mail.send("A mail", "In an envelope", to=["eve@example.org"])


SCHEMES = [("smtp+tls", "starting_tls"), ("smtp+ssl", "speaking_tls"), ("smtps", "speaking_tls")]


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
def test_a_mail_goes_out_over_tls(
    scheme: str,
    kind: str,
    certificate: Path,
    settings,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = request.getfixturevalue(kind)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert _sends(scheme, server, settings, tmp_path)
    assert [each.to for each in server.handler.arrived] == [["eve@example.org"]]


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
def test_an_untrusted_server_gets_nothing(
    scheme: str, kind: str, settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(kind)
    assert not _sends(scheme, server, settings, tmp_path)
    assert server.handler.arrived == []


def test_nothing_is_sent_unencrypted_if_tls_is_required(server: Controller, settings, tmp_path: Path) -> None:
    assert not _sends("smtp+tls", server, settings, tmp_path)
    assert server.handler.arrived == []
