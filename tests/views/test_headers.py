"""What every answer carries, refusals, static files and media included; methods, hosts and proxies."""

import stat
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from generations.media import storage
from generations.models import Generation
from generations.operations.checks import data_are_private
from seedance_web.proxies import client_address

HEADERS = [
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
]


def missing(response: object) -> list[str]:
    return [name for name in HEADERS if name not in response.headers]  # type: ignore[attr-defined]


def test_a_refused_body_carries_the_headers(client: Client, db: None) -> None:  # bar 30
    large = client.post("/accounts/login/", {"login": "x" * (2 * 1024 * 1024)})
    unknown = client.post("/accounts/login/", headers={"Transfer-Encoding": "chunked"})
    method = client.delete("/accounts/login/")
    found = [(each.status_code, missing(each)) for each in (large, unknown, method)]
    assert found == [(413, []), (411, []), (405, [])]


def test_a_static_file_carries_the_headers(client: Client, settings, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = str(tmp_path), True
    answer = client.get("/static/a.css")
    assert (answer.status_code, missing(answer)) == (200, [])


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("url", ["/", "/admin/generations/user/", "/accounts/login/", "/nowhere/"])
def test_methods_without_a_use_are_refused(as_staff: Client, url: str, method: str) -> None:
    assert getattr(as_staff, method)(url).status_code == 405


def test_a_foreign_host_is_one_line_in_the_log(client: Client, db: None, settings, caplog) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert len(caplog.records) <= 1


TRUSTED = ["127.0.0.1", "10.0.0.0/8", "::1"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.5", "", TRUSTED, "203.0.113.5"),
        ("203.0.113.5", "198.51.100.9", TRUSTED, "203.0.113.5"),
        ("127.0.0.1", "198.51.100.9", [], "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9", TRUSTED, "198.51.100.9"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.9", TRUSTED, "198.51.100.9"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.9, 10.1.2.3", TRUSTED, "198.51.100.9"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", TRUSTED, "10.9.9.9"),
        ("127.0.0.1", "198.51.100.9, nonsense", TRUSTED, "127.0.0.1"),
        ("::1", "2001:db8::7", TRUSTED, "2001:db8::7"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.9", TRUSTED, "198.51.100.9"),
        ("", "1.1.1.1", TRUSTED, ""),
    ],
)
def test_the_clients_address_is_the_right_most_untrusted_hop(
    peer: str, forwarded: str, trusted: list[str], address: str
) -> None:  # bar 34
    assert client_address(peer, forwarded, trusted=trusted) == address


def test_a_proxy_may_write_https_in_any_case(client: Client, db: None, settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_SSL_REDIRECT = ("HTTP_X_FORWARDED_PROTO", "https"), True
    assert client.get("/accounts/login/", headers={"X-Forwarded-Proto": "HTTPS"}).status_code == 200


@pytest.fixture
def clip(generation: Generation, settings) -> str:
    name = f"generations/{generation.pk}/video.mp4"
    target = Path(settings.MEDIA_ROOT) / name
    target.parent.mkdir(parents=True)
    target.write_bytes(b"clip")
    Generation.objects.filter(pk=generation.pk).update(status="finished", job_id="j", video=name)
    return f"/generations/{generation.pk}/video.mp4"


def test_media_are_asked_for_again_after_a_sign_out(as_alice: Client, clip: str) -> None:
    assert as_alice.get(clip)["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("header", ["{}", "W/{}", '"other", {}', '"other" , W/{}', "*"])
def test_a_copy_that_is_current_is_not_sent_again(as_alice: Client, clip: str, header: str) -> None:
    etag = as_alice.get(clip)["ETag"]
    answer = as_alice.get(clip, headers={"If-None-Match": header.format(etag)})
    assert (answer.status_code, answer["ETag"]) == (304, etag)


@pytest.mark.parametrize("header", ["", '"other"', "nonsense", 'W/"other", "x"'])
def test_any_other_copy_is_replaced(as_alice: Client, clip: str, header: str) -> None:
    assert as_alice.get(clip, headers={"If-None-Match": header}).status_code == 200


def test_another_version_of_the_same_size_has_another_etag(
    as_alice: Client, clip: str, generation: Generation, settings
) -> None:
    before = as_alice.get(clip)["ETag"]
    path = Path(settings.MEDIA_ROOT) / "generations" / str(generation.pk) / "video.mp4"
    path.write_bytes(b"clap")
    assert as_alice.get(clip)["ETag"] != before


def test_what_is_kept_is_private(db: None) -> None:
    assert stat.S_IMODE(django_settings.DATA_DIR.stat().st_mode) == 0o700


def test_a_directory_open_to_others_is_warned_of(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o755)
    assert [each.id for each in data_are_private(None)][:1] == ["generations.W003"]
    tmp_path.chmod(0o700)
    assert tmp_path not in [each.msg for each in data_are_private(None)]


def test_a_kept_file_is_for_its_owner_alone(db: None, tmp_path: Path, settings) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    name = storage.keep(source, "a/b.mp4")
    assert stat.S_IMODE((Path(settings.MEDIA_ROOT) / name).stat().st_mode) == 0o600
