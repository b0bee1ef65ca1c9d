"""A real SMTP server on this machine, and the settings an operator would use."""

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

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.browser.product import free_port

ROOT = Path(__file__).parent.parent
# Characters that must be escaped in a URL.
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
    """A mail as the server received it: recipients and content."""

    to: list[str]
    message: EmailMessage

    @property
    def link(self) -> str:
        """Return the path of the only link in the mail."""
        [path] = re.findall(r"http://testserver(/\S+)", self.message.get_content())
        return str(path)


class Inbox:
    """Stores incoming mail. Clients without the password are rejected."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content or b"", policy=policy.default)
        self.arrived.append(Arrived(envelope.rcpt_tos, message))
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: object):
        is_right = told == LoginPassword(b"studio", PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


def serve(**options: object) -> Iterator[Controller]:
    inbox = Inbox()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        authenticator=inbox.authenticate,
        **options,
    )
    controller.start()
    yield controller
    controller.stop()


def configured(scheme: str, port: int, folder: Path) -> dict[str, object]:
    """Return the product's mail settings for EMAIL_URL, read in a separate process."""
    environment = {
        "PATH": os.environ["PATH"],
        "DOT_ENV": os.devnull,
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"{scheme}://studio:{quote(PASSWORD, safe='')}@127.0.0.1:{port}",
        "DEFAULT_FROM_EMAIL": SENDER,
    }
    command = [sys.executable, "-c", PRINT_SETTINGS]
    printed = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
    return dict(json.loads(printed))
