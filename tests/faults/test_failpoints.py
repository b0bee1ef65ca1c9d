"""The process dies between an effect and the row that speaks of it: nothing is lost or doubled."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedance_web.settings import KNOWN_FAILPOINTS as POINTS
from tests.browser.person import Person
from tests.browser.product import ROOT
from tests.faults.lab import Lab
from tests.media import samples


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, FAILPOINTS=",".join(POINTS), LOG_LEVEL="INFO")
    lab.start()
    yield lab
    lab.stop()


@pytest.mark.slow
@pytest.mark.lab
def test_a_kill_at_every_point_loses_and_doubles_nothing(lab: Lab) -> None:  # bar 6, F47
    person = Person(lab)
    page = person.upload("dawn.png", samples.picture(size=(640, 360)))
    address = re.search(r'data-address="([^"]+)"', page)[1]  # type: ignore[index]
    person.generate("A fox at dawn", start_image=address)
    person.generate("A fox that nobody may see [copyright]")
    person.generate("A fox in the snow")
    seen = "each step is taken again with the same key and bytes, or found to be done"
    healing = lab.heal(lab.have_all_ended, patience=300)
    lab.note(f"killed (-9) at each of {len(POINTS)} points between an effect and its row", healing, seen=seen)
    reached = {path.name.removeprefix("failpoint-") for path in (lab.folder / "data").glob("failpoint-*")}
    assert reached == set(POINTS)
    lab.judge()


def test_failpoints_need_the_sandbox() -> None:
    environment = {"PATH": os.environ["PATH"], "FAILPOINTS": "clip-sent", "APIFRAME_API_KEY": "afk_real"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "FAILPOINTS must be unset" in done.stderr
