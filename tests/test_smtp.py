"""Mail over a real SMTP server on this machine, with the settings that an operator's environment makes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import Client

from generations import mail, notices
from generations.models import Notice, User
from tests.browser.product import free_port

# The server warns that a password is told without TLS; here it never leaves the machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
ROOT = Path(__file__).parent.parent
# Signs that have to be written otherwise in an address.
PASSWORD = "p@ss/word:1"
SENDER = "Studio <studio@example.org>"
PRINT_SETTINGS = """
import json
from seedance_web import settings
names = [name for name in dir(settings) if name.startswith("EMAIL_")] + ["DEFAULT_FROM_EMAIL"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@dataclass(frozen=True)
class Arrived:
    """A mail as the server took it: whom it was for, and what it says."""

    to: list[str]
    message: EmailMessage

    @property
    def link(self) -> str:
        """The path of the one link in it."""
        [path] = re.findall(r"http://testserver(/\S+)", self.message.get_content())
        return str(path)


class Inbox:
    """Keeps what arrives; who does not say the password is turned away."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content or b"", policy=policy.default)
        self.arrived.append(Arrived(envelope.rcpt_tos, message))
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: object):
        is_right = told == LoginPassword(b"studio", PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    inbox = Inbox()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        auth_require_tls=False,
        authenticator=inbox.authenticate,
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def configured(server: Controller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the product makes of EMAIL_URL, read in a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "DOT_ENV": os.devnull,
        "DATA_DIR": str(tmp_path_factory.mktemp("mail")),
        "EMAIL_URL": f"smtp://studio:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}",
        "DEFAULT_FROM_EMAIL": SENDER,
    }
    command = [sys.executable, "-c", PRINT_SETTINGS]
    printed = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
    return dict(json.loads(printed))


@pytest.fixture
def inbox(server: Controller, configured: dict[str, object], settings) -> list[Arrived]:
    """Every mail of the test, which the product sends with those settings."""
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


def test_signing_up_is_confirmed_by_the_mail(
    client: Client, db: None, inbox: list[Arrived], settings
) -> None:
    settings.SIGNUP_OPEN, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    words = {"password1": "a long and odd one", "password2": "a long and odd one"}
    client.post("/accounts/signup/", {"email": "eve@example.org", "username": "eve", **words})
    [confirmation] = inbox
    assert confirmation.to == ["eve@example.org"]
    client.post(confirmation.link)
    client.post("/accounts/login/", {"login": "eve", "password": "a long and odd one"})
    assert client.get("/").status_code == 200


def test_a_password_is_reset_by_the_mail(client: Client, alice: User, inbox: list[Arrived]) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    [reset] = inbox
    assert reset.to == ["alice@example.org"]
    form = client.get(reset.link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another odd and long", "password2": "another odd and long"})
    alice.refresh_from_db()
    assert alice.check_password("another odd and long")


SUBJECTS = {
    "en": (
        "Confirm your address",
        "You have an account already",
        "Choose a new password",
        "No account with this address",
    ),
    "de": (
        "Bestätige deine Adresse",
        "Du hast schon ein Konto",
        "Wähle ein neues Passwort",
        "Kein Konto mit dieser Adresse",
    ),
    "zh-hans": ("确认你的地址", "你已有账户", "设置新密码", "没有使用此地址的账户"),
}
# What allauth's own prose would be known by: its thanks in English, and German that knows no "du".
FOREIGN = re.compile(r"Hello from|Thank you for|example\.com|\b(Sie|Ihre?[nrms]?|Ihnen)\b")


@pytest.mark.parametrize("language", SUBJECTS)
def test_every_mail_of_an_account_is_ours_in_the_readers_language(
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


def test_a_mail_is_in_the_language_of_who_gets_it(client: Client, alice: User, inbox: list[Arrived]) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    client.post("/accounts/password/reset/", {"email": alice.email}, headers={"Accept-Language": "en"})
    assert "ein neues Passwort für alice angefordert" in inbox[0].message.get_content()


def test_where_sign_up_is_closed_no_mail_leads_there(client: Client, db: None, inbox: list[Arrived]) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert "ask the studio’s administrator for an invitation" in inbox[0].message.get_content()
    assert "http" not in inbox[0].message.get_content()


def test_staff_are_told_without_seeing_one_another(staff: User, alice: User, inbox: list[Arrived]) -> None:
    User.objects.create_user("other", "other@example.org", is_staff=True)
    Notice.objects.create(kind=Notice.Kind.LEDGER, words="1 fault. Account of alice")
    assert notices.mail_unsent() == 1
    [told] = inbox
    assert told.to == ["other@example.org", "staff@example.org"]
    assert (told.message["To"], told.message["Bcc"]) == (None, None)
    assert "Account of alice" in told.message.get_content()


def test_words_of_any_language_arrive(inbox: list[Arrived], db: None) -> None:
    assert mail.send("Grüße 雪", "Ein Fuchs im Schnee 狐", to=["eve@example.org"])
    assert inbox[0].message["Subject"] == "Seedance Web: Grüße 雪"
    assert inbox[0].message.get_content().strip() == "Ein Fuchs im Schnee 狐"


def test_a_wrong_password_is_told_and_nothing_is_lost(staff: User, inbox: list[Arrived], settings) -> None:
    notice = Notice.objects.create(kind=Notice.Kind.LEDGER, words="1 fault.")
    settings.EMAIL_HOST_PASSWORD = "wrong"
    assert notices.mail_unsent() == 0
    notice.refresh_from_db()
    assert (notice.mailed_at, inbox) == (None, [])
