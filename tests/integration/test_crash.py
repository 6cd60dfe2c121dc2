"""Real processes that are killed, and real processes that run side by side: nothing is lost, nothing happens twice."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from tests.support.pages import folder_of_pages
from tests.support.programs import call, start

PAGES = 150
pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of_pages(tmp_path_factory.mktemp("input") / "pages", PAGES)


@pytest.fixture(scope="module")
def undisturbed(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int], float]:
    """The digest and entities of a run that nobody disturbs, and how long it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    begun = time.monotonic()
    summary = call("run", str(pages), "--data", "c", cwd=folder)
    seconds = time.monotonic() - begun
    return call("rebuild", "--check", "--data", "c", cwd=folder)["digest"], summary["entities"], seconds


def _finished(folder: Path, pages: Path) -> tuple[str, dict[str, int], dict[str, int]]:
    """Run to the end, prove that the catalogue is consistent, and answer its digest, entities and funnel of changes."""
    summary = call("run", str(pages), "--data", "c", cwd=folder, lease_seconds="1")
    assert summary["failed_tasks"] == 0
    assert summary["waiting"] == []
    proof = call("rebuild", "--check", "--data", "c", cwd=folder)
    assert proof["differences"] == []
    status = call("status", "--data", "c", cwd=folder)
    assert status["search_documents"] == sum(status["entities"].values())
    funnel = {row["stage"]: row["changed"] for row in status["funnel"]}
    return proof["digest"], summary["entities"], funnel


@pytest.mark.parametrize("seed", range(6))
def test_kill_9_at_any_moment_then_run_again(
    pages: Path, undisturbed: tuple[str, dict[str, int], float], tmp_path: Path, seed: int
) -> None:
    """Five kills at random moments of one catalogue's life, six times over: the end is that of an undisturbed run."""
    digest, entities, seconds = undisturbed
    moments = random.Random(seed)
    killed = 0
    for _ in range(5):
        process = start("run", str(pages), "--data", "c", cwd=tmp_path, lease_seconds="1")
        time.sleep(moments.uniform(0.15, 1.0) * seconds)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.communicate()
    assert killed, "no kill came in time: the test proves nothing"
    found, found_entities, funnel = _finished(tmp_path, pages)
    assert (found, found_entities) == (digest, entities)
    assert funnel["fetch"] == PAGES, "each page was brought home once, in the sense of the commit"


def test_two_runs_at_once_on_one_file(
    pages: Path, undisturbed: tuple[str, dict[str, int], float], tmp_path: Path
) -> None:
    """Both finish; the catalogue is that of one run, and no page was taken in twice."""
    both = [start("run", str(pages), "--data", "c", "--json", cwd=tmp_path) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    found, entities, funnel = _finished(tmp_path, pages)
    assert (found, entities) == undisturbed[:2]
    assert funnel["fetch"] == PAGES


def test_ctrl_c_stops_cleanly_and_a_later_run_goes_on(
    pages: Path, undisturbed: tuple[str, dict[str, int], float], tmp_path: Path
) -> None:
    """Exit code 130, a summary, no traceback; then the rest is done."""
    process = start("run", str(pages), "--data", "c", "--json", cwd=tmp_path)
    time.sleep(0.5 * undisturbed[2])
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130), err
    assert "Traceback" not in err
    assert out.strip() or process.returncode == 130
    assert _finished(tmp_path, pages)[0] == undisturbed[0]
