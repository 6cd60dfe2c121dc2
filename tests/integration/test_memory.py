"""What a run holds in memory does not grow with what it reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.bad_files import write_filled
from tests.support.limited import mystage
from tests.support.looking import adds_up, documents
from tests.support.pages import folder_of_pages, show

pytestmark = pytest.mark.slow


def test_a_run_over_three_thousand_pages_holds_flat_memory(tmp_path: Path) -> None:
    """At most 300 MB at the peak: Python's own objects stay at 15 MB, SQLite's caches fill up to their bounds."""
    folder_of_pages(tmp_path / "pages", 3_000)
    run = mystage("run", "pages", "--data", "data", "--json", cwd=tmp_path, limit=120).proper(0)
    assert run.json["files"]["records"] == 3_000
    assert run.megabytes <= 300


def test_a_batch_of_large_files_does_not_fill_the_memory(tmp_path: Path) -> None:
    """20 files of 20 MB are one batch of each stage."""
    (tmp_path / "in").mkdir()
    for number in range(20):
        write_filled(tmp_path / "in" / f"{number}.txt", b"line %d of a text, " % number, 20 * 1024 * 1024)
    run = mystage("run", "in", "--data", "data", "--json", cwd=tmp_path, limit=120).proper(0)
    assert adds_up(run.json["files"])
    assert run.megabytes <= 400


def _event(number: int) -> dict[str, object]:
    """Each at its own time, by its own act."""
    day, rest = divmod(number, 20)
    return {
        **show(number),
        "name": f"Act {number} live",
        "startDate": f"2027-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}T{rest + 1:02}:{day // 336 % 60:02}",
        "performer": [{"@type": "MusicGroup", "name": f"Act {number} of Harbel"}],
    }


def test_twenty_thousand_events_in_one_file(tmp_path: Path) -> None:
    """No document above its limit, no lease lost, no task dead; what is above the reader's limit is told, not lost in silence."""
    (tmp_path / "all.json").write_text(json.dumps([_event(number) for number in range(20_000)]))
    run = mystage("run", "all.json", "--data", "data", "--json", cwd=tmp_path, limit=150).proper(0)
    assert run.json["files"]["records"] == 1
    assert run.json["failed_tasks"] == 0
    assert {row["stage"]: row["retried"] for row in run.json["funnel"]}["resolve"] == 0
    [extraction] = documents(tmp_path / "data", "extractions")
    assert extraction["reading_blob"], "too large for its document: it stands in the blob store"
    assert run.json["entities"]["performance"] == extraction["performances"]
    if extraction["performances"] < 20_000:
        assert "only the first" in extraction["reason"]
    assert run.megabytes <= 500
