"""Two hosts share a database, Redis and a bucket. One is killed: every clip finishes and every page still works."""

import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import boto3
import psycopg
import pytest
import redis
from moto.server import ThreadedMotoServer

from generations.apiframe.sandbox import Sandbox
from tests.browser.person import Person
from tests.faults.database import REDIS, Database
from tests.faults.lab import Lab, kill, wait_until
from tests.media import samples

pytestmark = [pytest.mark.slow, pytest.mark.lab, pytest.mark.postgresql, pytest.mark.redis]

CLIPS_PER_HOST = 3
READS = 200
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
# Both hosts run on this machine. With its name, one could see that the processes of the other are gone.
RENAME_HOST = "import os, socket\nsocket.gethostname = lambda: os.environ['TEST_HOST_NAME']\n"
CLAIMS = """
    SELECT count(*) FROM generations_generation AS clip
    JOIN generations_worker AS worker ON clip.claimed_by LIKE worker.id || ':%%'
    WHERE worker.host = %s AND clip.due_at > now() AND clip.status IN ('submitting', 'fetching')
"""


class Host(Lab):
    """A web process and a worker, as on a machine of their own."""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder),
            "TEST_HOST_NAME": self.folder.name,
        }

    def start(self, *, until: str = "/healthz") -> None:
        (self.folder / "sitecustomize.py").write_text(RENAME_HOST)
        self._launch("-m", "honcho", "start", "web", "worker")
        self._wait_for(until)

    def kill(self) -> None:
        """Kill every process at once in the middle of a clip, as a power failure does."""
        wait_until(self._is_frozen_with_a_claim)
        kill(*self.processes())
        wait_until(lambda: not self.processes())

    def _is_frozen_with_a_claim(self) -> bool:
        if not self._has_claims():
            return False
        self._signal(signal.SIGSTOP)
        if self._has_claims():
            return True
        self._signal(signal.SIGCONT)
        return False

    def _has_claims(self) -> bool:
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            [found] = connection.execute(CLAIMS, [self.folder.name]).fetchone() or [0]
        return bool(found)

    def _signal(self, number: int) -> None:
        for pid in self.processes():
            os.kill(pid, number)


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database.or_skip()
    yield made
    made.drop()


@pytest.fixture
def broker() -> str:
    try:
        redis.Redis.from_url(REDIS).flushdb()
    except redis.ConnectionError as error:
        pytest.skip(f"No Redis server answers at TEST_REDIS_URL ({REDIS}): {error}")
    return REDIS


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    boto3.client("s3", endpoint_url=address, **KEYS).create_bucket(Bucket="two-hosts")
    yield address
    server.stop()


@pytest.fixture
def hosts(
    database: Database, broker: str, endpoint: str, tmp_path: Path
) -> Iterator[tuple[Host, Host, Sandbox]]:
    shared = {
        "DATABASE_URL": database.url,
        "REDIS_URL": broker,
        "SECRET_KEY": "the same on both hosts " * 3,
        "S3_BUCKET": "two-hosts",
        "S3_ENDPOINT_URL": endpoint,
        "S3_ACCESS_KEY_ID": "key",
        "S3_SECRET_ACCESS_KEY": "secret",
        "S3_REGION": "us-east-1",
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "INFO",
    }
    first, second = (Host(tmp_path / name, **shared) for name in ("first", "second"))
    # Where `judge` looks for the provider's record.
    with Sandbox(second.folder / "data" / "sandbox", seconds=3, seed=1) as provider:
        for host in (first, second):
            host.sandbox_port = int(provider.url.rpartition(":")[2])
        first.manage("prepare")
        first.start()
        yield first, second, provider
        for host in (first, second):
            kill(*host.processes())


def test_everything_finishes_and_opens_after_one_of_two_hosts_died(
    hosts: tuple[Host, Host, Sandbox], endpoint: str
) -> None:
    first, second, provider = hosts
    here = Person(first)
    page = here.upload("dawn.png", samples.picture(size=(640, 360)))
    picture = re.search(r'data-address="([^"]+)"', page)[1]  # type: ignore[index]
    clips = [here.generate("A fox at dawn, made before the second host exists", start_image=picture)]
    here.wait_for(clips[0], "finished")
    second.start()
    wait_until(lambda: {lane["machines"] for lane in second.ready()[1]["lanes"].values()} == {2})
    there = here.on(second)
    # Downloads that last long enough to kill the first host during one.
    provider.fault("file", times=None, delay=5)
    clips.append(there.generate("The same fox at dusk", start_image=picture))
    for number in range(CLIPS_PER_HOST):
        clips += [person.generate(f"A fox in the snow, {number}") for person in (here, there)]
    first.kill()
    healing = second.heal(lambda: [there.clips()[clip] for clip in clips] == ["finished"] * len(clips))
    seen = "the other host takes its claims; pages and files open there"
    second.note(
        f"one of two hosts killed (-9) in a clip, {len(clips)} clips", healing, seen=seen, on="postgresql"
    )
    _read_everything(there, clips, endpoint)
    second.judge()


def _read_everything(person: Person, clips: list[str], endpoint: str) -> None:
    """Open pages and files of all clips; files come from the bucket."""
    pages = ["/", "/gallery/", "/library/", *(f"/generations/{clip}/" for clip in clips)]
    files = [f"/generations/{clip}/{name}" for clip in clips for name in ("video.mp4", "poster.jpg")]
    reads = [(path, person.get(path)) for path in islice(cycle([*pages, *files]), READS)]
    assert Counter(answer.status_code for _, answer in reads) == {200: READS}
    for path, answer in reads:
        assert (path in files) == answer.url.startswith(endpoint), path
        assert not path.endswith(".mp4") or answer.content[4:8] == b"ftyp", path
        assert not path.endswith(".jpg") or answer.content.startswith(b"\xff\xd8"), path
