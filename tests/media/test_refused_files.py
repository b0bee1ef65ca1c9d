"""Every file in docs/refused-files.md is made and rejected as documented."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.utils.translation import override

from generations.media.probe import probe_file
from generations.media.refusals import UnusableFile
from generations.media.sandbox_server import CPU_SECONDS
from tests.media import hostile
from tests.media.refused import REFUSED, Refused

DOCUMENT = Path(__file__).parents[2] / "docs" / "refused-files.md"


@pytest.mark.parametrize("bad", REFUSED, ids=lambda bad: bad.name)
def test_it_is_refused_with_the_documented_code(bad: Refused, tmp_path: Path):
    path = tmp_path / bad.name
    path.write_bytes(bad.make())
    with pytest.raises(UnusableFile) as refusal:
        probe_file(path)
    row = f"| `{bad.name}` | {bad.what} | `{refusal.value.code}` |"
    assert row in DOCUMENT.read_text().splitlines()
    assert "%(" not in str(refusal.value)


def test_the_table_has_no_other_rows():
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [bad.name for bad in REFUSED]


# In a separate process, because peaks are measured per process.
PROBE_ALL = """
import resource, sys
from pathlib import Path
from django.conf import settings
from generations.media.probe import probe_file
from generations.media.refusals import UnusableFile

settings.configure(USE_I18N=False, DATA_DIR=Path(sys.argv[1]).parent)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        {probe}(path)
    except UnusableFile:
        continue
usage = resource.getrusage(resource.RUSAGE_SELF)
print(peak() - before, round(usage.ru_utime + usage.ru_stime))
"""


def peaks(folder: Path, probe: str) -> tuple[int, int]:
    """Return megabytes and CPU seconds of a process that probes all bad files."""
    for bad in REFUSED:
        (folder / bad.name).write_bytes(bad.make())
    (folder / "tag.mp3").write_bytes(hostile.sound_with_compressed_tag())
    (folder / "cut.jpg").write_bytes(hostile.large_picture_cut_off())
    script = PROBE_ALL.format(probe=probe)
    done = subprocess.run([sys.executable, "-c", script, folder], check=True, capture_output=True, text=True)
    megabytes, seconds = map(int, done.stdout.split())
    return megabytes, seconds


@pytest.mark.slow
def test_bar_40_no_bad_file_costs_us_memory(tmp_path: Path):
    assert peaks(tmp_path, "probe_file")[0] < 20


@pytest.mark.slow
def test_bar_40_no_bad_file_costs_its_child_more_than_100_mb(tmp_path: Path):
    megabytes, seconds = peaks(tmp_path, "probe_file.__wrapped__")
    assert megabytes < 100
    # All of them together, less than one is allowed.
    assert seconds < CPU_SECONDS


def test_a_compressed_tag_is_never_read(tmp_path: Path):
    path = tmp_path / "tag.mp3"
    path.write_bytes(hostile.sound_with_compressed_tag())
    assert probe_file(path).seconds == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("length", [2**63 - 32, 2**63 + 16, 2**64 - 1])
def test_a_box_of_exabytes_is_no_fault_of_the_disk(tmp_path: Path, length: int):
    path = tmp_path / "exabytes.mp4"
    path.write_bytes(hostile.film_with_a_box_of_exabytes(length))
    assert probe_file(path).format == "MP4"


@pytest.mark.parametrize("claim", [10**6, 10**8, 2**31 - 1])
def test_a_claim_behind_the_end_is_no_fault_of_the_disk(tmp_path: Path, claim: int):
    path = tmp_path / "claim.webm"
    path.write_bytes(hostile.webm_with_a_claim(claim))
    with pytest.raises(UnusableFile):
        probe_file(path)


def test_a_table_cut_short_is_no_error_of_ours(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / "short.mp4"
    path.write_bytes(hostile.film_with_a_table_cut_short())
    with suppress(UnusableFile):
        probe_file(path)
    assert not caplog.records


def test_a_refusal_speaks_the_active_language():
    with override("de"):
        assert str(UnusableFile("empty")) == "Diese Datei ist leer."
