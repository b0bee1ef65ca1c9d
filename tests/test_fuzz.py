"""Random input for every parser that strangers, browsers or the provider reach: read or refused, never a fault.

Seeded, so that a failure comes back; FUZZ_EXAMPLES makes it longer.
"""

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from generations.apiframe import results, webhooks
from generations.apiframe.errors import ApiframeError
from generations.apiframe.verdicts import Answer, error_for
from generations.composer.addresses import ending_of, problem_of, short_name
from generations.gallery.embedded_recipe import read_text
from generations.media.probe import probe_clip, probe_file
from generations.media.refusals import UnusableFile
from generations.seedance.prompt_tokens import mentioned_tokens, unmentioned_tokens
from tests.media import samples

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
fuzz = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
# Of each of two hundred pages and methods.
fuzz_page = settings(fuzz, max_examples=max(5, EXAMPLES // 10))

TEXT = st.text(max_size=60) | st.sampled_from(
    ["", "\0", "https://[", "//evil.example", "‮", "1e999", "-1", "ı" * 300]
)
NAMES = st.sampled_from(
    (
        "id",
        "jobId",
        "status",
        "jobs",
        "nextCursor",
        "hasMore",
        "url",
        "kind",
        "byteSize",
        "expiresAt",
        "assetId",
        "error",
        "message",
        "errors",
        "result",
        "output",
        "outputs",
        "video",
        "videoUrl",
        "lastFrameUrl",
        "creditCost",
        "progress",
        "seed",
        "prompt",
        "team",
        "credits",
        "models",
        "event",
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXT, inner, max_size=6),
    max_leaves=25,
)
BODIES = st.binary(max_size=300) | VALUES.map(lambda value: json.dumps(value).encode())
READERS: list[Callable[[Answer], object]] = [
    error_for,
    results.read_accepted,
    results.read_jobs,
    lambda answer: results.read_job(answer, job_id="2f1a2d60-6b8a-4a52-9f0a-6a1c6d7f2a10"),
    results.read_upload,
    results.read_asset_id,
    results.read_asset,
    results.read_me,
    results.read_models,
]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_answers_of_the_provider(read: Callable[[Answer], object]) -> None:
    @fuzz
    @seed(1)
    @given(st.sampled_from([200, 202, 400, 402, 403, 404, 409, 429, 500, 503]), BODIES, TEXT)
    def run(status: int, body: bytes, header: str) -> None:
        headers = {"content-type": "application/json", "retry-after": header, "x-request-id": header}
        said = ""
        try:
            read(Answer(status, headers, body))
        except ApiframeError as error:
            said = str(error)
        assert len(said) < 1000

    run()


@fuzz
@seed(1)
@given(BODIES)
def test_webhooks(body: bytes) -> None:
    try:
        webhooks.read(body)
    except ValueError:
        return


@fuzz
@seed(1)
@given(TEXT | VALUES.map(json.dumps))
def test_recipes_and_prompts_and_addresses(text: str) -> None:
    read_text(text)
    unmentioned_tokens(text, {"Image": len(mentioned_tokens(text)) % 9})
    if not problem_of(text):
        assert short_name(text)
        ending_of(text)


# They end the session, or say 503 as no worker runs.
_LEFT_ALONE = ("accounts/logout/", "admin/logout/", "readyz")


def _pages(patterns: Iterable[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    """Yield every address without a part that varies."""
    for each in patterns:
        here = f"{above}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _pages(each.url_patterns, here)
        elif not set("<([") & set(here) and here not in _LEFT_ALONE:
            yield f"/{here}"


def _forms(above: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for each in above.__subclasses__():
        yield each
        yield from _forms(each)


def _named_fields() -> set[str]:
    """Return the names of all fields of forms, and those that views read by themselves."""
    pages = list(_pages(get_resolver().url_patterns))
    assert len(pages) > 80
    found = {name for form in _forms() if "generations" in form.__module__ for name in form.base_fields}
    return found | {
        *("after", "before", "within", "showing", "insert", "to", "page", "stack", "clip", "all", "next"),
        *("seen", "told", "waiting", "wake", "ids", "mentioned", "do", "o", "_selected_action", "_popup"),
    }


# Valid beside invalid: one field may only be read where another is good.
_GOOD = st.sampled_from(
    """1 0 on no any fox finished active 16:9 480p 5 15 frames cheapest 2026-01-31 2026-01-31T10:00:00+00:00
    image tag zip delete collect -1 grant add a@example.org 00000000-0000-4000-8000-000000000000""".split()  # noqa: SIM905 - a list of thirty strings is longer
)


def _query(fields: list[tuple[str, str]]) -> str:
    query = QueryDict(mutable=True)
    for name, value in fields:
        query.appendlist(name, value.encode(errors="replace").decode())
    return query.urlencode()


@pytest.mark.django_db
@pytest.mark.parametrize("is_post", [False, True], ids=["get", "post"])
@pytest.mark.parametrize("page", list(_pages(get_resolver().url_patterns)))
def test_addresses_of_pages(as_alice: Client, as_staff: Client, page: str, is_post: bool, settings) -> None:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 1_000_000)
    names = st.sampled_from(sorted(_named_fields()))

    @fuzz_page
    @seed(1)
    @given(st.lists(st.tuples(names, _GOOD | TEXT), max_size=6), TEXT, st.booleans())
    def run(fields: list[tuple[str, str]], current: str, is_staff: bool) -> None:
        header = current.encode("ascii", "replace").decode().translate(dict.fromkeys(range(32), "?"))
        headers = {"HX-Request": "true", "HX-Current-URL": header}
        client, content = as_staff if is_staff else as_alice, _query(fields)
        if is_post:
            answer = client.post(
                page, content, content_type="application/x-www-form-urlencoded", headers=headers
            )
        else:
            answer = client.get(f"{page}?{content}", headers=headers)
        assert answer.status_code < 500

    run()


@pytest.mark.django_db
@fuzz
@seed(1)
@given(st.text("0123456789-,=bytes *\t", max_size=30))
def test_ranges(as_alice: Client, kept_file: str, header: str) -> None:
    answer = as_alice.get(kept_file, headers={"Range": f"bytes={header}"})
    assert answer.status_code in (200, 206, 416)
    assert len(b"".join(answer.streaming_content if answer.streaming else [answer.content])) <= 10_000


@pytest.fixture
def kept_file(as_alice: Client) -> str:
    from_library = as_alice.post("/library/", {"file": SimpleUploadedFile("dawn.png", samples.picture())})
    assert from_library.status_code in (200, 302)
    asset = as_alice.get("/library/").context["page"].rows[0]
    return f"/library/{asset.pk}/file"


FILES = {
    "png": samples.picture(),
    "jpg": samples.picture("JPEG"),
    "webp": samples.picture("WEBP"),
    "gif": samples.picture("GIF"),
    "mp4": samples.video(),
    "mp3": samples.sound(),
    "wav": samples.sound("wav"),
}


@pytest.mark.parametrize("probe", [probe_file, probe_clip], ids=["upload", "clip"])
@pytest.mark.parametrize("name", FILES)
def test_damaged_files(name: str, probe: Callable[[Path], object], tmp_path: Path) -> None:
    chance, path = random.Random(name), tmp_path / f"file.{name}"
    for _ in range(EXAMPLES // 5):
        content = bytearray(FILES[name])
        for _ in range(chance.choice([1, 4, 40])):
            content[chance.randrange(min(len(content), chance.choice([64, 4096, len(content)])))] = (
                chance.randrange(256)
            )
        path.write_bytes(content[: chance.choice([len(content), chance.randrange(1, len(content))])])
        try:
            probe(path)
        except UnusableFile:
            continue
