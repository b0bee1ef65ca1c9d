"""A wrong setting is reported in one sentence that names it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from seedance_web.environment import Environment

ROOT = Path(__file__).parents[1]
env = Environment()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((text, lambda: env.port("SETTING", 8000)) for text in ("abc", "0", "65536", "-1", "8000.5", "")),
        *((text, lambda: env.number("SETTING", 2, least=1)) for text in ("0", "-3", "two", "1e3")),
        *((text, lambda: env.switch("SETTING")) for text in ("maybe", "2", "ja")),
        *((text, lambda: env.time_zone("SETTING", "UTC")) for text in ("Mars/Base", "../etc/passwd", "/etc")),
        *((text, lambda: env.networks("SETTING", [])) for text in ("abc", "10.0.0.0/99", "1.2.3.4:80")),
        *((text, lambda: env.hosts("SETTING", [])) for text in ("https://x.org", "x.org/a", "x.org:80")),
        *((text, lambda: env.mail("SETTING", "consolemail://")) for text in ("mail.x.org", "ftp://x.org")),
        *((text, lambda: env.mail("SETTING", "")) for text in ("", "smtp://", "smtp+tls://me:secret@")),
        *((text, lambda: env.sender("SETTING", "")) for text in ("", "Studio", "@x.org", "a@", "a b@x.org")),
        *((text, lambda: env.sender("SETTING", "")) for text in ("a@x.org\nBcc: b@x.org", "Me <studio>")),
        *((text, lambda: env.key("SETTING")) for text in ("afk one", "afk_ü", "afk_\x01", "a\tb")),
        *(
            (text, lambda: env.redis("SETTING"))
            for text in ("redis://h/abc", "localhost:6379", "redis://h/-1")
        ),
        *((text, lambda: env.bucket("SETTING")) for text in ("My Bucket", "a", "-media", "a/b", "ü" * 9)),
        *((text, lambda: env.path_prefix("SETTING")) for text in ("files", "//files/", "/a b/", "https://x")),
        *(
            (text, lambda: env.address("SETTING", schemes={"https"}, example="https://x.org"))
            for text in (
                "x.org",
                "https://[",
                "ftp://x.org",
                "https://",
                "https://x.org:99999",
                "https:x.org",
                "https://x.org/?a=b",
                "https://x.org?",
                "https://x.org/studio#top",
            )
        ),
        *((text, lambda: env.choice("SETTING", "line", known=("line", "json"))) for text in ("xml", "JSON")),
        *(
            (text, lambda: env.choices("SETTING", known=("one", "two")))
            for text in ("three", "one,tow", "ONE")
        ),
        *((text, lambda: env.token("SETTING")) for text in ("short", "a" * 15, "ü" * 20, "a\tb" * 8)),
        *((text, lambda: env.folder("SETTING", ROOT)) for text in ("/dev/null/data", "/proc/data")),
    ],
)
def test_a_wrong_value_is_told_with_its_name(value, read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING\b[^\n]*\.$"):
        read()


@pytest.mark.filterwarnings("ignore:Engine not recognized from url. ..NAME...b")
@pytest.mark.parametrize("value", ["localhost", "postgres://", "mysql-ish://a/b", "postgres://h:port/b"])
def test_a_wrong_database_is_told_without_its_password(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING must look like"):
        env.database("SETTING", "")


def test_a_database_in_a_folder_that_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SETTING", f"sqlite:///{tmp_path}/gone/db.sqlite3")
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING: the folder .*/gone does not exist\.$"):
        env.database("SETTING", "")


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ("8001", lambda: env.port("SETTING", 8000), 8001),
        (" afk_1234\n", lambda: env.key("SETTING"), "afk_1234"),
        ("  ", lambda: env.key("SETTING"), ""),
        (
            "redis://h:1/15?ssl_cert_reqs=none",
            lambda: env.redis("SETTING"),
            "redis://h:1/15?ssl_cert_reqs=none",
        ),
        ("unix:///run/a.sock", lambda: env.redis("SETTING"), "unix:///run/a.sock"),
        ("/files/", lambda: env.path_prefix("SETTING"), "/files/"),
        ("The Studio <a@x.org>", lambda: env.sender("SETTING", ""), "The Studio <a@x.org>"),
        ("YES", lambda: env.switch("SETTING"), True),
        ("", lambda: env.switch("SETTING"), False),
        ("Europe/Berlin", lambda: env.time_zone("SETTING", "UTC"), "Europe/Berlin"),
        ("10.0.0.0/8,::1", lambda: env.networks("SETTING", []), ["10.0.0.0/8", "::1"]),
        ("x.org,.y.org,[::1],*", lambda: env.hosts("SETTING", []), ["x.org", ".y.org", "[::1]", "*"]),
        (
            "unix:///run/redis.sock",
            lambda: env.address("SETTING", schemes={"unix"}, example=""),
            "unix:///run/redis.sock",
        ),
        ("", lambda: env.address("SETTING", "https://x", schemes={"https"}, example=""), "https://x"),
        ("smtps://a:b@x.org:465", lambda: env.mail("SETTING", "")["EMAIL_USE_SSL"], True),
        ("two,one", lambda: env.choices("SETTING", known=("one", "two")), ["two", "one"]),
        ("", lambda: env.choices("SETTING", known=("one",)), []),
        (
            "redis://h/0?protocol=3",
            lambda: env.address("SETTING", schemes={"redis"}, example="", takes_query=True),
            "redis://h/0?protocol=3",
        ),
        ("a" * 16, lambda: env.token("SETTING"), "a" * 16),
        ("", lambda: env.token("SETTING"), ""),
        ("postgres:///studio", lambda: env.database("SETTING", "")["NAME"], "studio"),
    ],
)
def test_a_right_value_is_read(value, read, expected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", value)
    assert read() == expected


def test_the_command_line_prints_the_sentence_alone(tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": "abc", "DATA_DIR": str(tmp_path), "DOT_ENV": os.devnull}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("PORT ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("setting", ["PORT", "SANDBOX_PORT"])
def test_a_port_that_is_taken_is_told_before_anything_starts(setting: str, settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.PORT = free.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        setattr(settings, setting, port)
        with pytest.raises(CommandError, match=rf"{setting}={port + 1} make run"):
            call_command("run")


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_a_host_of_another_machine_is_told(host: str, settings) -> None:
    settings.HOST = host
    with pytest.raises(CommandError, match=r"^HOST must be"):
        call_command("run")


@pytest.mark.parametrize("path", ["", "/studio"])
def test_probes_are_answered_without_https(path: str, tmp_path: Path) -> None:
    code = "from django.test import Client; print(Client(HTTP_HOST='127.0.0.1').get('/healthz').status_code)"
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DOT_ENV": os.devnull,
        "PUBLIC_URL": f"https://studio.example.org{path}",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == "200"
