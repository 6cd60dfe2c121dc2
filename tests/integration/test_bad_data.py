"""Data folders that are wrong, full or damaged: one line that names the place, never a traceback, never a stuck run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.limited import Finished, mystage, program
from tests.support.looking import documents
from tests.support.pages import folder_of_pages, page, show

PAGES = 12


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of_pages(tmp_path_factory.mktemp("input") / "pages", PAGES)


@pytest.fixture(scope="module")
def whole(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good catalogue of the pages, to be copied."""
    base = tmp_path_factory.mktemp("whole")
    mystage("run", pages, "--data", "data", "--json", cwd=base).proper(0)
    with closing(sqlite3.connect(base / "data/mystage.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return base / "data"


def _error(finished: Finished) -> dict[str, str]:
    """The one error that a command told."""
    return json.loads(finished.err.splitlines()[-1])["error"]


def _file(data: Path) -> None:
    data.write_text("a file")


def _folder_in_place_of_the_database(data: Path) -> None:
    (data / "mystage.db").mkdir(parents=True)


def _rubbish_as_database(data: Path) -> None:
    data.mkdir()
    (data / "mystage.db").write_bytes(b"rubbish" * 1_000)


def _database_of_others(data: Path) -> None:
    data.mkdir()
    with closing(sqlite3.connect(data / "mystage.db")) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(_file, 2), (_folder_in_place_of_the_database, 8), (_rubbish_as_database, 2), (_database_of_others, 2)],
)
@pytest.mark.parametrize("command", ["run", "status"])
def test_a_data_folder_that_is_none(
    tmp_path: Path, pages: Path, spoil: Callable[[Path], None], code: int, command: str
) -> None:
    """The error names the place and what to do; what stood there is untouched."""
    spoil(tmp_path / "data")
    inputs = [pages] if command == "run" else []
    error = _error(mystage(command, *inputs, "--data", "data", "--json", cwd=tmp_path).proper(code))
    assert "data" in error["where"]
    assert error["hint"]


def test_a_data_folder_that_cannot_be_written(tmp_path: Path, pages: Path) -> None:
    """Nobody, root included, makes a folder in /proc."""
    error = _error(mystage("run", pages, "--data", "/proc/mystage", "--json", cwd=tmp_path).proper(8))
    assert error["where"] == "/proc/mystage"


@pytest.mark.parametrize("command", ["run", "status", "rebuild"])
def test_a_damaged_database(tmp_path: Path, pages: Path, whole: Path, command: str) -> None:
    """All pages but the first two overwritten."""
    data = shutil.copytree(whole, tmp_path / "data")
    content = bytearray((data / "mystage.db").read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    (data / "mystage.db").write_bytes(content)
    inputs = {"run": [pages], "rebuild": ["--check"]}.get(command, [])
    error = _error(mystage(command, *inputs, "--data", data, "--json", cwd=tmp_path).proper(2))
    assert "damaged" in error["message"]
    assert error["where"].endswith("mystage.db")


def test_a_damaged_blob_is_told_and_the_rest_goes_on(tmp_path: Path, pages: Path, whole: Path) -> None:
    """A page whose stored body is rubbish fails with the blob's path; the others are read."""
    data = shutil.copytree(whole, tmp_path / "data")
    input_ = shutil.copytree(pages, tmp_path / "pages")
    changed = (input_ / "page-0000.html").read_text().replace("20:00", "21:00")
    (input_ / "page-0000.html").write_text(changed)
    # a new catalogue over the old blobs: all of them are there already, one of them damaged
    (data / "mystage.db").unlink()
    shutil.rmtree(data / "search")
    blob = min((data / "blobs").rglob("*.zst"))
    blob.write_bytes(b"rubbish")
    run = mystage("run", pages, "--data", data, "--json", cwd=tmp_path).proper(0, 3)
    assert run.json["files"]["records"] + run.json["files"]["given_up"] == PAGES
    second = mystage("run", input_, "--data", data, "--json", cwd=tmp_path).proper(0, 3)
    assert second.json["files"]["records"] + second.json["files"]["given_up"] == PAGES
    for failed in documents(data, "failed_tasks"):
        assert blob.name in failed["where"]


def _damaged_index(data: Path) -> None:
    for file in (data / "search").iterdir():
        file.write_bytes(b"rubbish")


def _file_as_index(data: Path) -> None:
    shutil.rmtree(data / "search")
    (data / "search").write_text("a file")


@pytest.mark.parametrize("spoil", [_damaged_index, _file_as_index])
def test_a_damaged_search_index_does_not_take_the_catalogue_with_it(
    tmp_path: Path, whole: Path, spoil: Callable[[Path], None]
) -> None:
    """The run goes through with exit code 3, and its summary says what is wrong."""
    data = shutil.copytree(whole, tmp_path / "data")
    spoil(data)
    fresh = {**show(1), "url": "https://shows.example/fresh", "startDate": "2028-05-05T20:00"}
    (tmp_path / "fresh.html").write_text(page(fresh))
    run = mystage("run", "fresh.html", "--data", data, "--json", cwd=tmp_path).proper(3)
    assert run.json["files"]["records"] == 1
    assert run.json["failed_tasks"] > 0
    assert str(data / "search") in run.json["search_problem"]
    assert mystage("status", "--data", data, "--json", cwd=tmp_path).proper(0).json["search_problem"]
    error = _error(mystage("search", "amber", "--data", data, "--json", cwd=tmp_path).proper(2))
    assert error["where"] == str(data / "search")


@pytest.mark.parametrize("blocks", [150, 700])
def test_a_full_disk_ends_the_run_and_more_room_completes_it(
    tmp_path: Path, pages: Path, whole: Path, blocks: int
) -> None:
    """Files may not grow above a limit: the run ends by itself with one error; without the limit it is completed."""
    command = f"ulimit -f {blocks}; exec {sys.executable} -m mystage run {pages} --data data --json"
    error = _error(program(["bash", "-c", command], cwd=tmp_path, limit=90).proper(8))
    assert error["where"].startswith("data")
    done = mystage("run", pages, "--data", "data", "--json", cwd=tmp_path).proper(0)
    assert done.json["files"]["records"] == PAGES
    assert done.json["failed_tasks"] == 0
    status = mystage("status", "--data", whole, "--json", cwd=tmp_path).proper(0).json
    assert done.json["entities"] == status["entities"]
