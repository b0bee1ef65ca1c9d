"""One command starts everything; one Ctrl+C stops it all."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.person import Person
from tests.browser.product import ROOT, Product

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("run"), is_new=True)
    product.start(until="/healthz")
    yield product
    if product.processes():
        product.stop()


def test_it_prints_its_address_and_then_how_to_sign_in(running: Product) -> None:
    lines = running.output_with("Sign in as admin").splitlines()
    said = [line for line in lines if " web.1 " in line and line.split("|")[-1].strip()]
    sign_in = next(number for number, line in enumerate(said) if "Sign in as admin" in line)
    assert f"http://127.0.0.1:{running.port}/" in said[sign_in - 1]


def test_one_ctrl_c_stops_everything(running: Product) -> None:
    assert len(running.processes()) > 3
    running.stop()
    assert running.processes() == []


def test_a_job_outlives_the_worker_that_sent_it(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.start()
    person = Person(product)
    clip = person.generate("A kite over the dunes")
    person.wait_for(clip, "running")
    product.stop()
    product.start()
    person.wait_for(clip, "finished")
    requests_since = _asked(product)
    product.stop()
    assert [each for each in requests_since if each["call"] == "generate"] == []


def _asked(product: Product) -> list[dict[str, object]]:
    """Return the requests the sandbox received since it started."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{product.sandbox_port}/_sandbox/requests", timeout=30
    ) as answer:
        return json.load(answer)["requests"]


def test_two_starts_at_once_prepare_one_after_the_other(tmp_path: Path) -> None:
    product = Product(tmp_path, is_new=True)
    command = [sys.executable, "manage.py", "prepare"]
    both = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=product.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    # One of them made the administrator.
    assert sum("Sign in as admin" in each for each in said) == 1
