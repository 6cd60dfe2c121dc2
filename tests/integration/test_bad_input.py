"""Files and archives that are wrong in every way, through the real command: each ends on record, none in a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from tests.support import bad_files
from tests.support.bad_files import GOOD_PAGE, LARGE, LARGE_FILLS, write_filled
from tests.support.limited import Finished, mystage
from tests.support.looking import adds_up, documents, outcomes

MEMORY = 400
"""Megabytes that a run may take at its peak, whatever it reads."""

ERRORS = {
    "truncated.json", "deep.json", "deep-open.json", "huge-numbers.json", "surrogate.json", "api-error.json", "fault.json",
}  # fmt: skip
FETCH = {"empty.html": "empty", "empty.json": "empty", "spaces.html": "empty"} | dict.fromkeys(
    ("truncated.html.gz", "gzip-bomb.html"), "failed"
)
RECORDS = {
    "gzip-as-text.html", "gzip-twice.html", "is-json.html", "is-html.json", "is-html.ics", "surrogate.html", "wrong-dates.html",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """One run over all small bad files."""
    base = tmp_path_factory.mktemp("small")
    bad_files.write_small(base / "in")
    return base, mystage("run", "in", "--data", "data", "--json", cwd=base)


def _by_name(base: Path) -> dict[str, tuple[str, str]]:
    return {os.fsdecode(unquote_to_bytes(u)).rsplit("/", 1)[-1]: o for u, o in outcomes(base / "data").items()}


def test_all_small_bad_files_end_on_record(small: tuple[Path, Finished]) -> None:
    """Exit code 3, no traceback, bounded memory and time, and a sum in which no file is missing."""
    base, run = small
    run.proper(3)
    files = run.json["files"]
    assert files["listed"] == len(list((base / "in").iterdir()))
    assert adds_up(files), files
    assert run.megabytes <= MEMORY
    assert run.json["failed_tasks"] == 0


@pytest.mark.parametrize("name", sorted(bad_files.SMALL))
def test_a_small_bad_file_has_an_outcome_and_a_cause(small: tuple[Path, Finished], name: str) -> None:
    """What the file is decides how it ends; what gave nothing says why."""
    outcome, cause = _by_name(small[0])[name]
    if name in RECORDS:
        assert outcome == "records"
        return
    assert outcome == ("error" if name in ERRORS else FETCH.get(name, outcome))
    assert outcome in ("error", "nothing", "parked", "empty", "failed")
    assert cause, "no cause"
    assert "defect" not in cause
    if name in FETCH:
        assert name in cause, "the cause of a failed visit names the file"


def test_names_that_are_no_utf8_are_read(small: tuple[Path, Finished]) -> None:
    """Bytes, a line break, percent signs and marks of addresses in a name lead to the same file again."""
    good = [name for name, (outcome, _) in _by_name(small[0]).items() if outcome == "records" and name not in RECORDS]
    assert sorted(os.fsencode(name) for name in good) == sorted(
        [b"caf\xe9-\xff.html", b"new\nline.html", b"percent%41%zz#?&.html", "\N{GUITAR} guitar.html".encode()]
    )


def test_status_and_failed_tasks_tell_the_same(small: tuple[Path, Finished]) -> None:
    """After the run, `status` counts what `run` counted, and no task is dead."""
    base, run = small
    status = mystage("status", "--data", "data", "--json", cwd=base).proper(0).json
    assert {name: status["readings"][name] for name in ("records", "nothing", "error", "parked")} == {
        name: run.json["files"][name] for name in ("records", "nothing", "error", "parked")
    }
    assert status["addresses"]["empty"] == run.json["files"]["empty"]
    assert mystage("tasks", "failed", "--data", "data", "--json", cwd=base).proper(0).json["tasks"] == []


def test_extract_tells_each_file_in_one_line(small: tuple[Path, Finished]) -> None:
    """`extract` never raises either: as many lines as files, each with an outcome."""
    base, _ = small
    done = mystage("extract", "in", "--json", cwd=base)
    assert "Traceback" not in done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == len(list((base / "in").iterdir()))
    assert {row["outcome"] for row in rows} == {"records", "nothing", "error", "parked"}


def _run(folder: Path, *inputs: str, **options: Any) -> Finished:
    return mystage("run", *inputs, "--data", "data", "--json", cwd=folder, **options)


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    """FIFO, device, dangling link, links in a circle, the process's own memory, a folder named like a page."""
    bad_files.write_special(tmp_path / "in")
    (tmp_path / "in/good.html").write_bytes(GOOD_PAGE)
    run = _run(tmp_path, "in", limit=30).proper(3)
    files, refused = run.json["files"], {r["input"]: r["reason"] for r in run.json["refused"]}
    assert adds_up(files)
    assert (files["records"], files["failed"], files["refused"]) == (1, 1, 4)
    assert set(refused) == {"fifo.html", "dangling.html", "loop.html", "zero.html"}
    assert all(name in reason for name, reason in refused.items())
    [(_, cause)] = [o for u, o in outcomes(tmp_path / "data").items() if "memory" in u]
    assert "memory.html" in cause


def test_bad_archives(tmp_path: Path) -> None:
    """Bombs, broken, encrypted and empty archives, names that lead out, links: good members are read, the rest is told."""
    bad_files.write_archives(tmp_path / "in")
    run = _run(tmp_path, "in").proper(3)
    files, refused = run.json["files"], [r["reason"] for r in run.json["refused"]]
    assert adds_up(files)
    assert run.megabytes <= MEMORY
    for name in bad_files.ARCHIVES:
        assert name == "leading-out.zip" or any(name in reason for reason in refused), name
    read = [
        url.partition("/in/")[2] for url, (outcome, _) in outcomes(tmp_path / "data").items() if outcome == "records"
    ]
    assert {"bomb.zip#good.html", "link.zip#good.html", "truncated.tar.gz#good.html", "truncated.zip#good.html"} <= set(
        read
    )
    assert sum(name.startswith("leading-out") for name in read) == 6
    assert not list(tmp_path.parent.glob("**/escaped.html")), "nothing was unpacked onto the disk"


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE_FILLS)
@pytest.mark.parametrize("size", [LARGE, 31 * 1024 * 1024])
def test_large_files(tmp_path: Path, name: str, size: int) -> None:
    """200 MB is refused unread, and what is just below the limit is read: in bounded memory, beside a good file."""
    folder = tmp_path / "in"
    folder.mkdir()
    write_filled(folder / name, LARGE_FILLS[name], size)
    (folder / "good.html").write_bytes(GOOD_PAGE)
    run = _run(tmp_path, "in", limit=40).proper(0, 3)
    (folder / name).unlink()
    assert adds_up(run.json["files"])
    assert run.json["files"]["records"] == 1
    assert run.megabytes <= MEMORY
    [(outcome, cause)] = [o for u, o in outcomes(tmp_path / "data").items() if u.endswith(name)]
    assert cause
    if size == LARGE:
        assert outcome == "failed"
        assert name in cause


@pytest.mark.parametrize("element", ["[],", '{"a":1},'])
def test_json_of_millions_of_values_is_refused_before_it_takes_memory(tmp_path: Path, element: str) -> None:
    """20 MB of the shortest values would be a gigabyte of objects."""
    (tmp_path / "values.json").write_text("[" + element * (20_000_000 // len(element)) + "0]")
    run = _run(tmp_path, "values.json").proper(3)
    assert run.json["files"]["error"] == 1
    assert run.megabytes <= MEMORY
    [extraction] = documents(tmp_path / "data", "extractions")
    assert "values" in extraction["reading"]["error"]["message"]


def test_inputs_that_are_all_refused_are_wrong_input(tmp_path: Path) -> None:
    """Exit code 2, with a reason for each."""
    run = _run(tmp_path, "missing.html", "ftp://example.org/x", "https://", "missing.toml").proper(2)
    assert [r["input"] for r in run.json["refused"]] == [
        "missing.html",
        "ftp://example.org/x",
        "https://",
        "missing.toml",
    ]
    assert all(r["reason"] for r in run.json["refused"])
    assert (run.json["files"]["listed"], run.json["files"]["refused"]) == (4, 4)


def test_some_inputs_refused_is_partly_done(tmp_path: Path) -> None:
    """Exit code 3; the good file is read, in text as in JSON; a file named twice counts as such."""
    (tmp_path / "good.html").write_bytes(GOOD_PAGE)
    run = _run(tmp_path, "missing.html", "good.html", "./good.html").proper(3)
    files = {name: count for name, count in run.json["files"].items() if count}
    assert files == {"listed": 3, "records": 1, "refused": 1, "repeated": 1}
    text = mystage("run", "missing.html", "good.html", "--data", "data", cwd=tmp_path).proper(3)
    assert "2 inputs: 1 records, 1 refused" in text.out
    assert "missing.html" in text.out


def test_good_input_alone_is_done(tmp_path: Path) -> None:
    """Exit code 0."""
    (tmp_path / "good.html").write_bytes(GOOD_PAGE)
    assert _run(tmp_path, "good.html").proper(0).json["files"]["records"] == 1


def test_manifest_with_a_wrong_key(tmp_path: Path) -> None:
    """The manifest is refused with the entry and the key; the file beside it is read."""
    (tmp_path / "good.html").write_bytes(GOOD_PAGE)
    (tmp_path / "bad.toml").write_text('[[source]]\nname = "x"\nstart_urls = ["good.html"]\ncadense_hours = 3\n')
    run = _run(tmp_path, "bad.toml", "good.html").proper(3)
    [refused] = run.json["refused"]
    assert refused["input"] == "bad.toml"
    assert "cadense_hours" in refused["reason"]
    assert run.json["files"]["records"] == 1


def test_manifest_that_names_a_folder(tmp_path: Path) -> None:
    """Its files are listed, as if the folder had been named on the command line."""
    (tmp_path / "pages").mkdir()
    for name in ("one.html", "two.html"):
        (tmp_path / "pages" / name).write_bytes(GOOD_PAGE)
    (tmp_path / "good.toml").write_text('[[source]]\nname = "hall"\nstart_urls = ["pages"]\n')
    run = _run(tmp_path, "good.toml").proper(0)
    assert run.json["files"]["records"] == 2
    assert {url["source"] for url in documents(tmp_path / "data", "urls")} == {"hall"}


def test_file_that_vanishes_keeps_its_last_data(tmp_path: Path) -> None:
    """A page that is gone at its second visit is counted as gone; what it said stays."""
    (tmp_path / "page.html").write_bytes(GOOD_PAGE)
    address = (tmp_path / "page.html").as_uri()
    before = _run(tmp_path, address).proper(0).json
    (tmp_path / "page.html").unlink()
    (tmp_path / "list.toml").write_text(f'[[source]]\nname = "x"\nstart_urls = ["{address}"]\n')
    refused = _run(tmp_path, "list.toml").proper(2).json
    assert "page.html" in refused["refused"][0]["reason"]
    assert refused["entities"] == before["entities"]
