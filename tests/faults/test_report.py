"""docs/faults.md has two writers, and neither loses what the other wrote."""

from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.report import Row


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "PAGE", tmp_path / "faults.md")
    monkeypatch.setenv("FAULTS_NOTES", str(tmp_path))
    report.PAGE.write_text("# Faults\n")
    return report.PAGE


def test_a_run_of_the_faults_keeps_the_rows_of_soaks(page: Path, tmp_path: Path) -> None:
    report.write_soak("SQLite", 7, "3", 34, 4, "20 s", "good")
    report.write_soak("PostgreSQL, Redis", 8, "3", 60, 9, "20 s", "good")
    for on in ("sqlite", "postgresql"):
        report.keep(Row("a lane killed", "it starts again", "17 s", "", on), verdict="good")
    report.write(tmp_path)
    text = page.read_text()
    assert "| a lane killed | it starts again | 17 s | 17 s | good |" in text
    assert "| SQLite | 7 | 3 | 34 | 4 | 20 s | good |" in text
    assert "| PostgreSQL, Redis | 8 | 3 | 60 | 9 | 20 s | good |" in text
    assert text.endswith(report.TAIL)


def test_a_soak_keeps_the_table_and_replaces_the_row_of_its_database(page: Path, tmp_path: Path) -> None:
    report.keep(Row("a lane killed", "it starts again", "17 s", "", "sqlite"), verdict="good")
    report.write(tmp_path)
    report.write_soak("SQLite", 7, "3", 34, 4, "20 s", "good")
    report.write_soak("SQLite", 9, "20", 1000, 200, "30 s", "good")
    text = page.read_text()
    assert "| a lane killed | it starts again | 17 s | – | good |" in text
    assert "| SQLite | 7 |" not in text
    assert "| SQLite | 9 | 20 | 1000 | 200 | 30 s | good |" in text
