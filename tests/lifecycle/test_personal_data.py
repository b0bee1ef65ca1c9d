"""The export of a person's data: every kind of row, every file, nothing of others."""

import json
from io import BytesIO
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.test import Client

from generations.accounts.credit_requests import ask_for_credits
from generations.models import Asset, AuditEntry, Character, CharacterPicture, Generation, User
from tests.factories import make_generation


def unzipped(client: Client, url: str) -> ZipFile:
    return ZipFile(BytesIO(b"".join(client.get(url).streaming_content)))


def filled(person: User) -> None:
    clip = make_generation(user=person, status="finished", prompt=f"Clip of {person}")
    clip.video.save("video.mp4", ContentFile(b"video"))
    asset = Asset(user=person, kind="image", name="../fox.png", sha256="0", byte_size=1)
    asset.file.save("file.png", ContentFile(b"picture"))
    character = Character.objects.create(user=person, name="Mira", folded="mira", note=f"Twin of {person}")
    CharacterPicture.objects.create(character=character, asset=asset, position=1)
    ask_for_credits(person, 5, "Please")


def test_it_has_rows_and_files(as_alice: Client, alice: User) -> None:
    filled(alice)
    archive = unzipped(as_alice, "/preferences/export/")
    rows = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert rows["person.json"]["email"] == "alice@example.org"
    assert [clip["prompt"] for clip in rows["clips.json"]] == ["Clip of alice"]
    assert rows["characters.json"] == [
        {"name": "Mira", "note": "Twin of alice", "pictures": [rows["library.json"][0]["id"]]}
    ]
    assert [each["reason"] for each in rows["credit_requests.json"]] == ["Please"]
    assert archive.read("credits.csv").decode().count("\n") == 3
    contents = {name.split("/")[0]: archive.read(name) for name in archive.namelist() if "/" in name}
    assert contents == {"clips": b"video", "library": b"picture"}
    assert [name for name in archive.namelist() if ".." in name] == []
    assert archive.testzip() is None


def test_it_has_nothing_of_others(as_alice: Client, alice: User, bob: User) -> None:
    filled(bob)
    archive = unzipped(as_alice, "/preferences/export/")
    assert [name for name in archive.namelist() if b"bob" in archive.read(name)] == []


def test_a_missing_file_is_left_out(as_alice: Client, alice: User) -> None:
    make_generation(user=alice, status="finished")
    assert [name for name in unzipped(as_alice, "/preferences/export/").namelist() if "/" in name] == []
    assert Generation.objects.count() == 1


def test_administrators_export_with_a_line_in_the_audit_log(as_staff: Client, alice: User) -> None:
    archive = unzipped(as_staff, f"/admin/people/{alice.pk}/export/")
    assert json.loads(archive.read("person.json"))["username"] == "alice"
    assert AuditEntry.objects.filter(kind="exported", target=alice).count() == 1
