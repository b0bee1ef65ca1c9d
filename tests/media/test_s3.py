"""Media in a bucket of a real S3 server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from moto.server import ThreadedMotoServer

from generations.gallery import trash
from generations.lifecycle import clean_up
from generations.media import storage
from generations.models import Generation
from tests.marked_keys import S3_SECRET

ROOT = Path(__file__).parents[2]
CONTENT = bytes(range(200))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings) -> Iterator[str]:
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": S3_SECRET, "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=endpoint, **keys)
    client.create_bucket(Bucket="media")
    settings.S3_BUCKET = "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "media",
                "endpoint_url": endpoint,
                "access_key": "key",
                "secret_key": S3_SECRET,
                "region_name": "us-east-1",
                "addressing_style": "path",
                "signature_version": "s3v4",
                "default_acl": None,
                "file_overwrite": False,
            },
        },
    }
    yield "media"
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)


@pytest.fixture
def clip(bucket: str, generation: Generation, tmp_path: Path) -> Generation:
    source = tmp_path / "clip"
    source.write_bytes(CONTENT)
    generation.video = storage.keep(source, f"generations/{generation.pk}/video.mp4")
    generation.status, generation.job_id = "finished", "j"
    generation.save()
    return generation


def test_a_browser_is_sent_to_a_signed_link(as_alice: Client, clip: Generation) -> None:
    response = as_alice.get(f"/generations/{clip.pk}/video.mp4")
    assert response.status_code == 302
    assert "Signature=" in response["Location"]
    part = requests.get(response["Location"], headers={"Range": "bytes=5-9"}, timeout=10)
    assert (part.status_code, part.content) == (206, CONTENT[5:10])
    assert part.headers["Content-Type"] == "video/mp4"
    assert part.headers["Content-Disposition"].startswith("inline")


def test_a_download_has_its_name(as_alice: Client, clip: Generation) -> None:
    link = as_alice.get(f"/generations/{clip.pk}/video.mp4?download")["Location"]
    assert requests.get(link, timeout=10).headers["Content-Disposition"].startswith("attachment")


def test_nobody_else_gets_a_link(as_bob: Client, clip: Generation) -> None:
    assert as_bob.get(f"/generations/{clip.pk}/video.mp4").status_code == 404


def test_deleting_for_ever_removes_the_object(clip: Generation) -> None:
    name = clip.video.name
    assert default_storage.exists(name)
    trash.move_to_trash(Generation.objects.filter(pk=clip.pk))
    trash.wipe(Generation.objects.filter(pk=clip.pk))
    clean_up.remove_files()
    assert not default_storage.exists(name)


def test_media_are_moved_verified_and_not_twice(bucket: str, settings, capsys) -> None:
    for name in ("generations/1/video.mp4", "assets/2/file.png"):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT)
    call_command("move_media")
    assert "Copied 2 files; 0 were" in capsys.readouterr().out
    default_storage.delete("assets/2/file.png")
    storage.keep(Path(settings.MEDIA_ROOT) / "generations/1/video.mp4", "assets/2/file.png")
    (Path(settings.MEDIA_ROOT) / "assets/2/file.png").write_bytes(b"newer")
    call_command("move_media", "--delete")
    assert "Copied 1 files; 1 were" in capsys.readouterr().out
    assert default_storage.open("assets/2/file.png").read() == b"newer"
    assert not [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]


@pytest.mark.slow
def test_the_settings_make_the_storage_and_the_policy(endpoint: str, tmp_path: Path) -> None:
    script = (
        "from django.core.files.storage import default_storage as s; from seedance_web import middleware as m;"
        "print(type(s._wrapped or s).__name__, s.bucket_name, m.CONTENT_SECURITY_POLICY)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DOT_ENV": os.devnull,
        "DATA_DIR": str(tmp_path),
        "S3_BUCKET": "media",
        "S3_ENDPOINT_URL": f"{endpoint}/",
    }
    command = [sys.executable, "manage.py", "shell", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert f"media-src 'self' blob: {endpoint};" in done.stdout
    assert f"img-src 'self' data: blob: {endpoint};" in done.stdout
    assert " media " in done.stdout
