"""The table of docs/refused-files.md is what really happens: each of its files is made, tried, and its words read."""

import subprocess
import sys
from pathlib import Path

import pytest

from generations import clips
from tests.clips.refused import REFUSED, Refused

DOCUMENT = Path(__file__).parents[2] / "docs" / "refused-files.md"


def row_of(bad: Refused, words: str) -> str:
    return f"| `{bad.name}` | {bad.what} | {words} |"


# Outside the tests, this warning is an error.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("bad", REFUSED, ids=lambda bad: bad.name)
def test_it_is_refused_in_the_words_of_the_table(bad: Refused, tmp_path: Path):
    path = tmp_path / bad.name
    path.write_bytes(bad.make())
    with pytest.raises(clips.UnusableFile) as refusal:
        clips.probe(path)
    assert row_of(bad, str(refusal.value)) in DOCUMENT.read_text().splitlines()


def test_the_table_has_no_other_rows():
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [bad.name for bad in REFUSED]


# In a process of its own: how much memory was ever in use is told for a whole process.
PROBE_ALL = """
import resource, sys
from pathlib import Path
from django.conf import settings
from generations import clips

settings.configure(USE_I18N=False)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        clips.probe(path)
    except clips.UnusableFile:
        continue
print(peak() - before)
"""


def test_bar_40_no_bad_file_costs_more_than_100_mb(tmp_path: Path):
    for bad in REFUSED:
        (tmp_path / bad.name).write_bytes(bad.make())
    done = subprocess.run(
        [sys.executable, "-c", PROBE_ALL, tmp_path], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 100
