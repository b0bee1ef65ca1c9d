"""Bar 47: a key that the product lets out is found at each of its doors, with the place."""

import base64
import hashlib
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from django_q.tasks import async_task

from generations.models import User
from seedance_web import urls
from tests import leaks
from tests.marked_keys import API_KEY

ANSWERS = {
    "text": lambda: HttpResponse(f"<p>{settings.SECRET_KEY}</p>"),
    "base64": lambda: HttpResponse(base64.b64encode(f"?{settings.SECRET_KEY}".encode())),
    "webhook-key": lambda: HttpResponse(hashlib.sha256(API_KEY.encode()).hexdigest()),
    "header": lambda: HttpResponse(headers={"X-Key": settings.EMAIL_HOST_PASSWORD}),
    "stream": lambda: StreamingHttpResponse([API_KEY[:9].encode(), API_KEY[9:].encode()]),
}


def leak(request: HttpRequest, how: str) -> HttpResponse | StreamingHttpResponse:
    return ANSWERS[how]()


leak.login_required = False  # type: ignore[attr-defined]
urlpatterns = [*urls.urlpatterns, path("leak/<str:how>", leak)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("how", ANSWERS)
def test_it_is_found_in_an_answer(client: Client, db: None, how: str) -> None:
    list(client.get(f"/leak/{how}"))
    assert leaks.take() == [f"the answer to GET /leak/{how}"]


def test_it_is_found_in_a_mail() -> None:
    mail.send_mail("Hello", f"Your key is {API_KEY}, grüße", None, ["a@example.org"])
    assert leaks.take() == ["a mail: Hello"]


@pytest.mark.parametrize("extra", [{}, {"key": API_KEY}])
def test_it_is_found_in_a_log_line(extra: dict[str, str]) -> None:
    logging.getLogger("any").warning("Sent with %s", "nothing" if extra else API_KEY, extra=extra)
    assert leaks.take() == ["a log line of any"]


def test_it_is_found_in_a_traceback() -> None:
    try:
        raise ValueError(API_KEY)
    except ValueError:
        logging.getLogger("any").exception("Failed")
    assert leaks.take() == ["a log line of any"]


def test_it_is_found_in_a_task(db: None) -> None:
    async_task("generations.tasks.submit", settings.SECRET_KEY, cluster="light")
    assert leaks.take()[0].startswith("a task: ")


def test_it_is_found_in_a_session(db: None) -> None:
    session = SessionStore()
    session["provider"] = settings.SOCIALACCOUNT_PROVIDERS
    session.save()
    assert leaks.take() == ["a session"]


def test_it_is_found_in_a_row(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(first_name=API_KEY)
    [place] = leaks.take()
    assert place.startswith('a row: UPDATE "generations_user"')


def test_it_is_found_in_files(tmp_path: Path) -> None:
    """The marked keys, and those that studios of tests made for themselves; not in the file that keeps one."""
    data = tmp_path / "studio" / "data"
    data.mkdir(parents=True)
    (data / "secret_key").write_text("made at the first start")
    (data / "good").write_text("nothing")
    (tmp_path / "studio" / "run.log").write_text("signed: made at the first start")
    (tmp_path / "across").write_bytes(b"x" * (2 * 1024 * 1024 - 5) + API_KEY.encode())
    found = set(leaks.leaks_in_files(tmp_path))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            file.unlink()
    assert found == {str(tmp_path / "studio" / "run.log"), str(tmp_path / "across")}
